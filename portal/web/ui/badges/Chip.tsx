import type { CaseStatus } from '#shared/model/case.ts';
import type { Tier } from '#shared/model/plant.ts';
import type { Mode } from '#shared/model/rule.ts';
import type { ReactNode } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import classes from './badges.module.css';

/** A text chip without alarm colour. */
export function Chip({
  children,
  strong = false,
  dashed = false,
  small = false,
}: {
  readonly children: ReactNode;
  readonly strong?: boolean;
  readonly dashed?: boolean;
  readonly small?: boolean;
}) {
  return (
    <span
      className={classes.chip}
      data-strong={strong || undefined}
      data-dashed={dashed || undefined}
      data-small={small || undefined}
    >
      {children}
    </span>
  );
}

export function StatusChip({ status }: { readonly status: CaseStatus }) {
  const { t } = useTexts();
  return <Chip strong={status === 'new'}>{t(`status.${status}`)}</Chip>;
}

export function ModeChip({ mode }: { readonly mode: Mode }) {
  const { t } = useTexts();
  return (
    <Chip strong={mode === 'live'} dashed={mode === 'pilot'}>
      {t(`mode.${mode}`)}
    </Chip>
  );
}

/** Only premium is marked: standard is the rule. */
export function TierChip({ tier }: { readonly tier: Tier }) {
  const { t } = useTexts();
  if (tier !== 'premium') return null;
  return (
    <span className={classes.tier}>
      <svg width="10" height="10" viewBox="0 0 12 12" aria-hidden="true">
        <path d="M6 .8 7.6 4.2l3.7.5-2.7 2.6.7 3.7L6 9.2 2.7 11l.7-3.7L.7 4.7l3.7-.5z" fill="currentColor" />
      </svg>
      {t('tier.premium')}
    </span>
  );
}

export function SimulationTag({ short = false }: { readonly short?: boolean }) {
  const { t } = useTexts();
  return (
    <Chip dashed small={short}>
      <Abbreviated full={t('common.simulated')} short={short ? t('common.simulatedShort') : undefined} />
    </Chip>
  );
}

export function ReferenceTag({ short = false }: { readonly short?: boolean }) {
  const { t } = useTexts();
  return (
    <Chip small={short}>
      <Abbreviated full={t('common.reference')} short={short ? t('common.referenceShort') : undefined} />
    </Chip>
  );
}

/** A short form to see; screen readers and the pointer get the whole word. */
function Abbreviated({ full, short }: { readonly full: string; readonly short: string | undefined }) {
  return short === undefined ? full : <abbr title={full}>{short}</abbr>;
}
