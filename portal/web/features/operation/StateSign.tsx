import { useTexts } from '#portal/web/i18n/i18n.ts';
import type { NodeState } from './chain.ts';
import classes from './operation.module.css';

const SHAPES: Readonly<Record<NodeState, string>> = {
  well: 'M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12z',
  behind: 'M10 3 18 17H2z',
  still: 'M6.700 2h6.600L18 6.700v6.600L13.300 18H6.700L2 13.300V6.700z',
  unknown: 'M3 3h14v14H3z',
};

/** How a place is: a shape, a colour where it is abnormal, and always the word. */
export function StateSign({ state }: { readonly state: NodeState }) {
  const { t } = useTexts();
  return (
    <span className={classes.sign} data-state={state}>
      <svg width="16" height="16" viewBox="0 0 20 20" aria-hidden="true">
        <path d={SHAPES[state]} />
      </svg>
      {t(`operation.states.${state}`)}
    </span>
  );
}
