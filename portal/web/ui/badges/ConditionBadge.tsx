import type { MachineCondition } from '#shared/model/condition.ts';
import type { Severity } from '#shared/model/rule.ts';
import { letterOf } from '#shared/model/condition.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import classes from './badges.module.css';

/** NE 107 by four signs at once: letter, shape, colour and word. */
const SHAPES: Readonly<Record<Exclude<MachineCondition, 'OK'>, { shape: string; token: string; y: number }>> = {
  F: { shape: 'M7.2 1h9.6L23 7.2v9.6L16.8 23H7.2L1 16.8V7.2z', token: 'f', y: 16.6 },
  C: { shape: 'M12 1.5 23.2 22H.8z', token: 'c', y: 19.4 },
  S: { shape: 'M12 1.5 23.2 22H.8z', token: 's', y: 19.4 },
  M: { shape: 'M2 2h20v20H2z', token: 'm', y: 16.8 },
  '?': { shape: 'M12 1a11 11 0 1 1 0 22 11 11 0 0 1 0-22z', token: 'unknown', y: 16.8 },
};

interface SignProps {
  readonly condition: MachineCondition;
  /** Edge in px. */
  readonly size?: number;
  /** An unacknowledged F may blink, nothing else. */
  readonly blink?: boolean;
  /** For customers: what is well carries a tick; inside the company it carries nothing. */
  readonly tick?: boolean;
}

/** The sign alone; the word must stand beside it or be given to screen readers. */
export function ConditionSign({ condition, size = 20, blink = false, tick = false }: SignProps) {
  if (condition === 'OK') {
    return (
      <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className={classes.ok}>
        {tick ? (
          <path
            d="M4.5 12.500 10 18 20 6.500"
            fill="none"
            stroke="currentColor"
            strokeWidth="2.4"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        ) : (
          <circle cx="12" cy="12" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
        )}
      </svg>
    );
  }
  const { shape, token, y } = SHAPES[condition];
  const unknown = condition === '?';
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
      className={blink && condition === 'F' ? classes.blink : classes.sign}
    >
      <path
        d={shape}
        fill={unknown ? 'none' : `var(--lw-${token})`}
        stroke={unknown ? 'var(--lw-unknown)' : `var(--lw-${token}-line)`}
        strokeWidth={unknown ? 1.8 : 1.2}
        strokeDasharray={unknown ? '3 2.2' : undefined}
        strokeLinejoin="round"
      />
      {unknown && (
        <path d="M5 17 17 5M8.5 20 20 8.5M3.6 12 12 3.6" stroke="var(--lw-unknown)" strokeWidth="1" opacity="0.45" />
      )}
      {condition === 'C' && (
        <path d="M3 3l4 4M3 6.2A2.6 2.6 0 0 0 6.2 3" stroke="var(--lw-c)" strokeWidth="1.7" fill="none" />
      )}
      <text
        x="12"
        y={y}
        textAnchor="middle"
        fontSize={condition === 'F' || condition === 'M' || unknown ? 14 : 12.5}
        fontWeight="800"
        fill={`var(--lw-${token}-letter)`}
      >
        {condition}
      </text>
    </svg>
  );
}

interface BadgeProps extends SignProps {
  readonly form?: 'full' | 'short';
  /** Muted word, for lists in which the sign leads. */
  readonly muted?: boolean;
}

export function ConditionBadge({
  condition,
  size = 20,
  blink = false,
  tick = false,
  form = 'full',
  muted = false,
}: BadgeProps) {
  const { t } = useTexts();
  const word = form === 'short' ? t(`conditionShort.${condition}`) : t(`condition.${condition}`);
  return (
    <span className={classes.badge} data-quiet={condition === 'OK' || muted || undefined}>
      <ConditionSign condition={condition} size={size} blink={blink} tick={tick} />
      <span>{word}</span>
    </span>
  );
}

export function SeverityBadge({ severity, ...rest }: Omit<BadgeProps, 'condition'> & { readonly severity: Severity }) {
  return <ConditionBadge condition={letterOf(severity)} {...rest} />;
}
