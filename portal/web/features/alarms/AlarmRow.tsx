import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import { sentenceOf, type SensorNames } from '#shared/model/sentence.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Chip, ModeChip } from '#portal/web/ui/badges/Chip.tsx';
import { SeverityBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { ShelveDialog } from './ShelveDialog.tsx';
import { Suppressed } from './Suppressed.tsx';
import { useAlarmStep } from './useAlarmStep.ts';
import classes from './alarms.module.css';

interface AlarmRowProps {
  readonly alarm: AlarmAnswer;
  readonly names: SensorNames;
  /** Shown still because pointer or focus is here, but no longer of this list. */
  readonly left: boolean;
}

/** One alarm: what, why, since when, whether somebody saw it, and what may be done with it. */
export function AlarmRow({ alarm, names, left }: AlarmRowProps) {
  const { t, language } = useTexts();
  const may = useMay();
  const row = useRef<HTMLLIElement>(null);
  const title = textOr(alarm.ruleTitle, language, alarm.rule);
  return (
    <li className={classes.row} ref={row} tabIndex={-1} data-left={left || undefined}>
      <div className={classes.head}>
        <SeverityBadge severity={alarm.severity} form="short" />
        <h3 className={classes.title}>{may('rule.see') ? <Link to={`/rules/${alarm.rule}`}>{title}</Link> : title}</h3>
        <Actions alarm={alarm} title={title} left={left} onDone={() => row.current?.focus()} />
      </div>
      <p>{sentenceOf(alarm.reason, language, names)}</p>
      <p className={classes.facts}>
        <span>
          {t('service.alarms.raised')} <At at={alarm.raisedAt} />
        </span>
        {alarm.clearedAt !== null && (
          <span>
            {t('service.alarms.gone')} <At at={alarm.clearedAt} />
          </span>
        )}
        <Seen alarm={alarm} />
        {alarm.noData !== null && (
          <span>
            {t('service.alarms.noData')} <At at={alarm.noData} />
          </span>
        )}
        {alarm.mode === 'pilot' && <ModeChip mode="pilot" />}
        {alarm.chattering && (
          <span title={t('service.alarms.chatteringHint')}>
            <Chip>{t('service.alarms.chattering')}</Chip>
          </span>
        )}
        {alarm.stale && (
          <span title={t('service.alarms.staleHint')}>
            <Chip>{t('service.alarms.stale')}</Chip>
          </span>
        )}
        {alarm.case !== null && <Link to={`/cases/${alarm.case}`}>{t('service.alarms.toCase')}</Link>}
        {left && <span>{t('service.alarms.left')}</span>}
      </p>
      <Suppressed alarm={alarm} />
    </li>
  );
}

function Seen({ alarm }: { readonly alarm: AlarmAnswer }) {
  const { t } = useTexts();
  if (alarm.mode === 'pilot') return null;
  if (alarm.acknowledgedAt === null) return <strong>{t('service.alarms.unacknowledged')}</strong>;
  return (
    <span>
      {t('service.alarms.acknowledged')} <At at={alarm.acknowledgedAt} />
    </span>
  );
}

interface ActionsProps {
  readonly alarm: AlarmAnswer;
  readonly title: string;
  readonly left: boolean;
  readonly onDone: () => void;
}

/** What this person may do with it now. A row that left keeps its buttons, which do nothing: the focus may be on one. */
function Actions({ alarm, title, left, onDone }: ActionsProps) {
  const { t } = useTexts();
  const may = useMay();
  const step = useAlarmStep();
  const [shelving, setShelving] = useState(false);
  // The rules release it with their next tick, a second or two later.
  const releasing = alarm.shelving !== null && Date.parse(alarm.shelving.until) <= Date.now();
  const shelves = may('alarm.shelve') && alarm.clearedAt === null && alarm.mode === 'live' && !releasing;
  const acknowledges = may('case.work') && alarm.acknowledgedAt === null && alarm.mode === 'live';
  const inert = left ? { 'data-disabled': true, 'aria-disabled': true } : {};
  const take = (name: 'acknowledge' | 'unshelve'): void => {
    if (!left) step.mutate({ step: name, alarm }, { onSuccess: onDone });
  };
  const pending = (name: string): boolean => step.isPending && step.variables.step === name;
  if (!acknowledges && !shelves && !releasing) return null;
  return (
    <div className={classes.actions} role="group" aria-label={t('service.alarms.actions', { title })}>
      {releasing && <span className={classes.muted}>{t('service.alarms.releasing')}</span>}
      {acknowledges && (
        <Button size="xs" {...inert} onClick={() => take('acknowledge')} loading={pending('acknowledge')}>
          {t('service.alarms.acknowledge')}
        </Button>
      )}
      {shelves && alarm.shelving && (
        <Button size="xs" variant="default" {...inert} onClick={() => take('unshelve')} loading={pending('unshelve')}>
          {t('service.alarms.unshelve')}
        </Button>
      )}
      {shelves && (
        <Button size="xs" variant="default" {...inert} onClick={() => setShelving(!left)}>
          {t(alarm.shelving ? 'service.alarms.reshelve' : 'service.alarms.shelve')}
        </Button>
      )}
      <ShelveDialog alarm={alarm} title={title} opened={shelving} onClose={() => setShelving(false)} />
    </div>
  );
}
