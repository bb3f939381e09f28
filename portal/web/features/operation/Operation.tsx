import { useQuery } from '@tanstack/react-query';
import { houseChain } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { exact } from '#portal/web/ui/format/number.ts';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { Disturbances } from './Disturbances.tsx';
import { StageCard } from './StageCard.tsx';
import { type ChainNode, chainOf } from './chain.ts';
import classes from './operation.module.css';

/** How far each stage on the way of the messages has come, and what stood still. */
export function Operation() {
  const { t, language } = useTexts();
  const asked = useQuery(houseChain);
  return (
    <>
      <Panel
        title={t('operation.chain')}
        asked={asked}
        lines={10}
        empty={{
          when: ({ stages }) => stages.length === 0,
          title: t('operation.empty'),
          hint: t('operation.emptyHint'),
        }}
      >
        {(answer) => {
          const { arriving, storing, judging } = chainOf(answer);
          return (
            <div className={classes.chain}>
              <Branch title={t('operation.arriving')} nodes={arriving} />
              <div className={classes.branches}>
                <Branch title={t('operation.storing')} nodes={storing} />
                <Branch title={t('operation.judging')} nodes={judging} />
              </div>
              <p className={classes.limit}>{t('operation.limit', { seconds: exact(language, answer.limitSeconds) })}</p>
            </div>
          );
        }}
      </Panel>
      <Disturbances asked={asked} />
    </>
  );
}

function Branch({ title, nodes }: { readonly title: string; readonly nodes: readonly ChainNode[] }) {
  return (
    <section className={classes.branch} aria-label={title}>
      <h3 className={classes.branchTitle}>{title}</h3>
      <ol className={classes.nodes}>
        {nodes.map((node) => (
          <li key={node.name} className={classes.place}>
            <StageCard node={node} />
          </li>
        ))}
      </ol>
    </section>
  );
}
