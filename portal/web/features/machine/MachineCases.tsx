import { useInfiniteQuery } from '@tanstack/react-query';
import { cases } from '#portal/web/api/queries.ts';
import { useIsStaff } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { CaseLine } from '#portal/web/ui/case/CaseLine.tsx';
import { More } from '#portal/web/ui/More.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';

/** Tab "Servicefälle": all cases of this machine, the newest first. */
export function MachineCases({ machine }: { readonly machine: string }) {
  const { t } = useTexts();
  const staff = useIsStaff();
  const asked = useInfiniteQuery(cases({ machine, status: 'all', sort: 'last' }));
  return (
    <Panel
      title={t('machine.tabCases')}
      asked={asked}
      empty={{
        when: (data) => data.pages.every((page) => page.items.length === 0),
        title: t('machine.noCases'),
        hint: t('machine.noCasesHint'),
      }}
    >
      {(data) => (
        <>
          {data.pages.flatMap((page) =>
            page.items.map((item) => (
              <CaseLine key={item.id} item={item} to={`/cases/${item.id}`} hideMachine forCustomer={!staff} />
            )),
          )}
          <More asked={asked} m="xs" />
        </>
      )}
    </Panel>
  );
}
