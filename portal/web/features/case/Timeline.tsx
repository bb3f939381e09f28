import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { TimelineEntry } from '#shared/model/api/case.ts';
import { SHELVING_ENDS, type ShelvingEnd } from '#shared/model/attention.ts';
import { SEVERITIES } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import { people } from '#portal/web/api/queries.ts';
import { useIsStaff, useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import classes from './timeline.module.css';

interface TimelineProps {
  readonly entries: readonly TimelineEntry[];
  readonly children: ReactNode;
}

/** What happened, oldest first; what the customer sees stands clearly apart from what is internal. */
export function Timeline({ entries, children }: TimelineProps) {
  const { t } = useTexts();
  const staff = useIsStaff();
  return (
    <section className={classes.panel}>
      <h2 className={classes.title}>{t('case.timeline')}</h2>
      <ol className={classes.timeline}>
        {entries.map((entry) => (
          <li
            key={entry.id}
            className={classes.entry}
            data-visibility={staff ? entry.visibility : undefined}
            data-system={entry.actor === null || undefined}
          >
            <div className={classes.head}>
              <span className={classes.who}>{entry.actor?.name ?? t('common.system')}</span>
              <What entry={entry} />
              {staff && entry.visibility === 'customer' && (
                <span className={classes.visible}>{t('case.customerVisible')}</span>
              )}
              <span className={classes.at}>
                <At at={entry.at} form="dateTime" />
              </span>
            </div>
            <Words detail={entry.detail} />
          </li>
        ))}
      </ol>
      {children}
    </section>
  );
}

function What({ entry: { kind, detail } }: { readonly entry: TimelineEntry }) {
  const { t, language } = useTexts();
  const nameOf = useNamesOfPeople();
  const until = textOf(detail['until']);
  const severity = severityOf(detail['severity']);
  const number = Number(detail['number'] ?? 0);
  switch (kind) {
    case 'assigned': {
      const owner = textOf(detail['owner']);
      return (
        <span>{owner === undefined ? t('timeline.unassigned') : t('timeline.assigned', { owner: nameOf(owner) })}</span>
      );
    }
    case 'raised':
    case 'cleared':
      return (
        <span>
          {t(`timeline.${kind}`)}
          {detail['title'] !== undefined && `: ${textOr(detail['title'] as Text, language, '')}`}
        </span>
      );
    case 'severity':
      return (
        <span>
          {t('timeline.severity')}
          {severityOf(detail['to'] ?? detail['severity']) &&
            `: ${t(`severity.${severityOf(detail['to'] ?? detail['severity']) ?? 'notice'}`)}`}
        </span>
      );
    case 'shelved':
      return detail['ended'] === true ? (
        <span>
          {severity === undefined
            ? t('timeline.shelveEnded')
            : t('timeline.shelveEndedWorse', { severity: t(`severity.${severity}`) })}
        </span>
      ) : (
        <span>
          {t('timeline.shelved')} {until !== undefined && <UntilAt at={until} />}
        </span>
      );
    case 'waiting': {
      const waits = textOf(detail['for']);
      if (detail['ended'] === true) return <span>{t('timeline.waitingEnded')}</span>;
      return (
        <span>
          {t('timeline.waiting')} {waits !== undefined && isWait(waits) && t(`case.wait${WAITS[waits]}`)}{' '}
          {until !== undefined && <UntilAt at={until} />}
        </span>
      );
    }
    case 'unshelved':
      return <span>{t('timeline.unshelved', { why: t(`timeline.unshelved${ENDS[endOf(detail['why'])]}`) })}</span>;
    case 'flood':
      return (
        <span>
          {detail['ended'] === true
            ? t('timeline.floodEnded', { count: Number(detail['alarms'] ?? 0) })
            : t('timeline.flood')}
        </span>
      );
    case 'sla': {
      const clock = t(`timeline.clock${CLOCKS[clockOf(detail['clock'])]}`);
      return <span>{t(`timeline.${detail['state'] === 'breached' ? 'slaBreached' : 'slaWarning'}`, { clock })}</span>;
    }
    case 'escalated': {
      const people = Array.isArray(detail['to']) ? detail['to'].map((id) => nameOf(String(id))).join(', ') : '';
      return <span>{t('timeline.escalated', { people })}</span>;
    }
    case 'suppressed':
    case 'released':
    case 'opened':
    case 'reopened':
    case 'acknowledged':
    case 'comment':
    case 'resolved':
    case 'closed':
      return <span>{t(`timeline.${kind}`)}</span>;
    case 'merged':
    case 'split':
      return <span>{t(`timeline.${kind}${detail['how'] === 'into' ? 'Into' : 'From'}`, { number })}</span>;
    case 'related':
      return <span>{t(`timeline.${detail['how'] === 'follows' ? 'follows' : 'followedBy'}`, { number })}</span>;
    case 'checklist': {
      const step = textOr(detail['step'] as Text, language, '');
      return <span>{t(`timeline.${detail['done'] === true ? 'checked' : 'unchecked'}`, { step })}</span>;
    }
  }
}

const ENDS = { time: 'Time', raises: 'Raises', growth: 'Growth', person: 'Person' } as const;

function endOf(why: unknown): ShelvingEnd {
  return SHELVING_ENDS.find((end) => end === why) ?? 'time';
}

const CLOCKS = { 'first-response': 'FirstResponse', 'next-update': 'NextUpdate', solution: 'Solution' } as const;

function clockOf(name: unknown): keyof typeof CLOCKS {
  return name === 'first-response' || name === 'next-update' ? name : 'solution';
}

const WAITS = { customer: 'Customer', part: 'Part', observation: 'Observation' } as const;

function isWait(text: string): text is keyof typeof WAITS {
  return text in WAITS;
}

function UntilAt({ at }: { readonly at: string }) {
  const { t } = useTexts();
  return (
    <>
      {t('inbox.dueShort')} <At at={at} form="dateTime" />
    </>
  );
}

const WORDS = ['text', 'reason', 'note', 'nextStep', 'why'] as const;

/** What a person wrote, and what they found. */
function Words({ detail }: { readonly detail: TimelineEntry['detail'] }) {
  const { t } = useTexts();
  const words = WORDS.map((key) => textOf(detail[key])).filter((text) => text !== undefined);
  const [cause, remedy] = [textOf(detail['cause']), textOf(detail['remedy'])];
  if (words.length === 0 && cause === undefined && remedy === undefined) return null;
  return (
    <div className={classes.words}>
      {words.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {cause !== undefined && (
        <p>
          {t('case.cause')}: {cause}
        </p>
      )}
      {remedy !== undefined && (
        <p>
          {t('case.remedy')}: {remedy}
        </p>
      )}
    </div>
  );
}

/** Names of people; the id where they are not known here. */
function useNamesOfPeople(): (id: string) => string {
  const may = useMay();
  const { data } = useQuery({ ...people, enabled: may('case.work') });
  return (id) => data?.items.find((person) => person.id === id)?.name ?? id;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function severityOf(value: unknown) {
  return SEVERITIES.find((each) => each === value);
}
