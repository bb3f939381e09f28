import { VisuallyHidden } from '@mantine/core';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import { letterOf } from '#shared/model/condition.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import type { Range } from '#portal/web/ui/charts/course.ts';
import { time, zoneName } from '#portal/web/ui/format/time.ts';
import { useZone } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import classes from './strip.module.css';

interface AlarmStripProps {
  readonly alarms: readonly AlarmAnswer[];
  readonly range: Range;
}

/** When alarms of this sensor stood, as bars below its course. */
export function AlarmStrip({ alarms, range }: AlarmStripProps) {
  const { t, language } = useTexts();
  const zone = useZone();
  if (alarms.length === 0) return null;
  const told = (at: number): string => `${time(language, zone, at, 'dateTime')} ${zoneName(language, zone, at)}`;
  return (
    <ul className={classes.strip} aria-label={t('chart.alarms')}>
      {alarms.map((alarm) => {
        const from = Date.parse(alarm.raisedAt);
        const to = alarm.clearedAt === null ? undefined : Date.parse(alarm.clearedAt);
        const text = t('chart.alarmMark', {
          title: `${t(`severity.${alarm.severity}`)}, ${textOr(alarm.ruleTitle, language, alarm.rule)}`,
          from: told(from),
          to: to === undefined ? t('chart.stillStanding') : told(to),
        });
        const left = share(from, range);
        return (
          <li
            key={alarm.id}
            className={classes.bar}
            data-letter={letterOf(alarm.severity)}
            style={{
              left: `min(${left}%, 100% - 16px)`,
              width: `${Math.max(0, share(to ?? range.to, range) - left)}%`,
            }}
            title={text}
          >
            <span aria-hidden="true">{letterOf(alarm.severity)}</span>
            <VisuallyHidden>{text}</VisuallyHidden>
          </li>
        );
      })}
    </ul>
  );
}

export interface Mark {
  readonly id: string;
  /** Epoch ms. */
  readonly t: number;
  readonly kind: 'event' | 'case';
  readonly text: string;
}

/** What happened at the machine, as ticks above all courses. */
export function MarkStrip({ marks, range }: { readonly marks: readonly Mark[]; readonly range: Range }) {
  const { t, language } = useTexts();
  const zone = useZone();
  const seen = marks.filter((mark) => mark.t >= range.from && mark.t <= range.to);
  return (
    <section className={classes.marks}>
      <h3 className={classes.marksTitle}>{t('machine.marks')}</h3>
      <ul className={classes.ticks}>
        {seen.map((mark) => {
          const text = `${time(language, zone, mark.t, 'dateTime')} ${zoneName(language, zone, mark.t)}: ${mark.text}`;
          return (
            <li
              key={mark.id}
              className={classes.tick}
              data-kind={mark.kind}
              style={{ left: `${share(mark.t, range)}%` }}
              title={text}
            >
              <VisuallyHidden>{text}</VisuallyHidden>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function share(t: number, { from, to }: Range): number {
  return Math.min(100, Math.max(0, (100 * (t - from)) / (to - from)));
}
