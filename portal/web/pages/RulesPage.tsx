import { useParams } from 'react-router';
import { RuleDetail } from '#portal/web/features/rules/RuleDetail.tsx';
import { RuleList } from '#portal/web/features/rules/RuleList.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';

/** The rulebook to read, and one rule with its versions and what stands because of it. */
export function RulesPage() {
  const { t } = useTexts();
  const { id } = useParams();
  if (id !== undefined) return <RuleDetail key={id} id={id} />;
  return (
    <>
      <PageHead title={t('rules.title')} />
      <RuleList />
    </>
  );
}
