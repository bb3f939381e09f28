import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import type { PlantAnswer, RuleAnswer } from '#shared/model/api/rule.ts';
import { ruleOf } from '#shared/model/rule-beside.ts';
import { alarms, plant, rule as ruleQuery } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ModeChip } from '#portal/web/ui/badges/Chip.tsx';
import { SeverityBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { Ago, At } from '#portal/web/ui/format/Zone.tsx';
import { count } from '#portal/web/ui/format/number.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { ruleWords } from '#portal/web/ui/why/words.ts';
import { both } from './asked.ts';
import { ByWhom } from './ByWhom.tsx';
import { LookBack } from './LookBack.tsx';
import { machineName, machinesFor, namesIn } from './plant.ts';
import { RuleActions } from './RuleActions.tsx';
import { Versions } from './Versions.tsx';
import { Watched } from './Watched.tsx';
import { yamlOf } from './yaml.ts';
import classes from './detail.module.css';

/** One rule: in words and as the file has it, where it holds, what stands because of it, and how it came to be so. */
export function RuleDetail({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const asked = both(useQuery(ruleQuery(id)), useQuery(plant));
  return (
    <>
      <Link to="/rules" className={classes.back}>
        <Icon name="back" size={16} /> {t('rules.title')}
      </Link>
      <Panel label={t('rules.rule')} asked={asked} bare lines={8}>
        {([answer, about]) => <Whole answer={answer} plant={about} />}
      </Panel>
    </>
  );
}

function Whole({ answer, plant: about }: { readonly answer: RuleAnswer; readonly plant: PlantAnswer }) {
  const { t, language } = useTexts();
  const rule = useMemo(() => ruleOf(answer), [answer]);
  const machines = useMemo(() => machinesFor(rule, about), [rule, about]);
  const advice = textOr(rule.advice, language, '');
  return (
    <div className={classes.whole}>
      <PageHead title={textOr(rule.title, language, rule.id)}>
        <SeverityBadge severity={rule.severity} />
        <ModeChip mode={rule.mode ?? 'live'} />
        <span className={classes.spacer} />
        <RuleActions rule={answer} />
      </PageHead>
      <section className={classes.panel}>
        <p className={classes.sentence}>{ruleWords(rule, language, namesIn(about.models, language))}</p>
        {advice !== '' && (
          <p>
            <span className={classes.muted}>{t('rules.advice')}: </span>
            {advice}
          </p>
        )}
        {answer.dormant !== null && <p className={classes.dormant}>{t('rules.dormant', { why: answer.dormant })}</p>}
        <p className={classes.muted}>
          {t('case.version', { version: answer.version })} · {t('rules.changedWord')}{' '}
          <At at={answer.changedAt} form="dateTime" />
          <ByWhom {...answer} /> · {t('rules.hits')}: {count(language, answer.hits)}
          {answer.precision !== null && ` · ${t('rules.precision')}: ${count(language, answer.precision)}\u00a0%`}
        </p>
      </section>
      <div className={classes.columns}>
        <StandingAlarms rule={rule.id} plant={about} />
        <section className={classes.list} aria-label={t('rules.watched.title')}>
          <h2 className={classes.title}>{t('rules.watched.title')}</h2>
          <Watched rule={rule} machines={machines} plant={about} />
        </section>
      </div>
      <LookBack rule={rule} complete machines={machines} plant={about} eager={false} />
      <Versions rule={answer} plant={about} />
      <section className={classes.panel}>
        <h2>{t('rules.definition')}</h2>
        <pre className={classes.yaml} tabIndex={0}>
          {yamlOf(rule)}
        </pre>
      </section>
    </div>
  );
}

function StandingAlarms({ rule, plant: about }: { readonly rule: string; readonly plant: PlantAnswer }) {
  const { t, language } = useTexts();
  const asked = useQuery(alarms({ rule, active: true }));
  const nameOf = (id: string): string => {
    return machineName(about.machines.find((machine) => machine.id === id) ?? { id }, language);
  };
  return (
    <Panel
      title={t('rules.alarms')}
      asked={asked}
      lines={2}
      empty={{ when: ({ items }) => items.length === 0, title: t('rules.noAlarms') }}
    >
      {({ items }) => (
        <ul className={classes.alarms}>
          {items.map((alarm: AlarmAnswer) => (
            <li key={alarm.id} className={classes.alarm}>
              <Link to={`/machines/${alarm.machine}`}>{nameOf(alarm.machine)}</Link>
              <span className={classes.muted}>
                {t('machine.since')} <Ago at={alarm.raisedAt} />
              </span>
              {alarm.case !== null && <Link to={`/cases/${alarm.case}`}>{t('rules.toCase')}</Link>}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
