import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import type { RuleAnswer } from '#shared/model/api/rule.ts';
import { ruleOf } from '#shared/model/rule-beside.ts';
import { alarms, rule as ruleQuery, ruleVersions } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ModeChip } from '#portal/web/ui/badges/Chip.tsx';
import { SeverityBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { Ago, At } from '#portal/web/ui/format/Zone.tsx';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { RuleSentence } from './RuleSentence.tsx';
import { yamlOf } from './yaml.ts';
import classes from './rules.module.css';

/** One rule: in words, as the file has it, what stands because of it, and how it came to be so. */
export function RuleDetail({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const asked = useQuery(ruleQuery(id));
  return (
    <>
      <Link to="/rules" className={classes.back}>
        <Icon name="back" size={16} /> {t('rules.title')}
      </Link>
      <Panel label={t('rules.rule')} asked={asked} bare lines={8}>
        {(answer) => <Whole answer={answer} />}
      </Panel>
    </>
  );
}

function Whole({ answer }: { readonly answer: RuleAnswer }) {
  const { t, language } = useTexts();
  const rule = ruleOf(answer);
  const advice = textOr(rule.advice, language, '');
  return (
    <div className={classes.whole}>
      <PageHead title={textOr(rule.title, language, rule.id)}>
        <SeverityBadge severity={rule.severity} />
        <ModeChip mode={rule.mode ?? 'live'} />
      </PageHead>
      <section className={classes.panel}>
        <p className={classes.sentence}>
          <RuleSentence rule={rule} example={answer.example} />
        </p>
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
          <ByWhom {...answer} /> · {t('fleet.machines', { count: answer.machines })}
        </p>
      </section>
      <StandingAlarms rule={rule.id} />
      <Versions rule={rule.id} example={answer.example} />
      <section className={classes.panel}>
        <h2>{t('rules.definition')}</h2>
        <pre className={classes.yaml} tabIndex={0}>
          {yamlOf(rule)}
        </pre>
      </section>
    </div>
  );
}

/** Who changed the rule and why: "von Lena Leitung: zu viele Meldungen". The house itself gives no reason. */
function ByWhom({ author, reason }: Pick<RuleAnswer, 'author' | 'reason'>) {
  const { t } = useTexts();
  const why = reason === null || reason === author ? '' : `: ${reason}`;
  if (author === null) return why.slice(2);
  const word = author === 'demo' || author === 'import' ? t(`rules.authors.${author}`) : author;
  return ` ${t('rules.by', { author: word })}${why}`;
}

function StandingAlarms({ rule }: { readonly rule: string }) {
  const { t } = useTexts();
  const asked = useQuery(alarms({ rule, active: true }));
  return (
    <Panel
      title={t('rules.alarms')}
      asked={asked}
      lines={2}
      empty={{ when: ({ items }) => items.length === 0, title: t('rules.noAlarms') }}
    >
      {({ items }) => (
        <ul className={classes.list}>
          {items.map((alarm: AlarmAnswer) => (
            <li key={alarm.id} className={classes.alarm}>
              <Link to={`/machines/${alarm.machine}`}>{alarm.machine}</Link>
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

function Versions({ rule, example }: { readonly rule: string; readonly example: string | null }) {
  const { t } = useTexts();
  const asked = useQuery(ruleVersions(rule));
  return (
    <Panel title={t('rules.versions')} asked={asked} lines={3}>
      {({ items }) => (
        <ol className={classes.list}>
          {items.map((version) => (
            <li key={version.version} className={classes.version}>
              <strong>{version.version}</strong>
              <At at={version.at} form="dateTime" />
              <span>
                <ByWhom {...version} />
              </span>
              {version.rule === null && <span className={classes.muted}>{t('rules.removed')}</span>}
              {version.rule !== null && (
                <p className={classes.versionWords}>
                  <RuleSentence rule={version.rule} example={example} />
                </p>
              )}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
