import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useParams } from 'react-router';
import { RuleDetail } from '#portal/web/features/rules/RuleDetail.tsx';
import { RuleList } from '#portal/web/features/rules/RuleList.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { useAddress } from '#portal/web/ui/useAddress.ts';

/** With the reader of YAML, which nobody needs who does not write a rule. */
const RuleEditor = lazy(async () => ({
  default: (await import('#portal/web/features/rules/RuleEditor.tsx')).RuleEditor,
}));

/** The rulebook; one rule with its versions and what stands because of it; or that rule, or a new one, being written. */
export function RulesPage() {
  const { t } = useTexts();
  const { id } = useParams();
  const { params } = useAddress();
  const from = params.get('from') ?? undefined;
  if (params.has('edit') || (id === undefined && params.has('new'))) {
    return (
      <Suspense fallback={<Skeleton height={240} animate={false} aria-busy />}>
        <RuleEditor key={`${id} ${from}`} id={id} from={from} />
      </Suspense>
    );
  }
  if (id !== undefined) return <RuleDetail key={id} id={id} />;
  return (
    <>
      <PageHead title={t('rules.title')} />
      <RuleList />
    </>
  );
}
