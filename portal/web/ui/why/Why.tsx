import { useMemo } from 'react';
import { Link } from 'react-router';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { span } from '#shared/model/figures.ts';
import type { Reason } from '#shared/model/reason.ts';
import type { Rule } from '#shared/model/rule.ts';
import { factSentence, sentenceOf } from '#shared/model/sentence.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { arithmeticOf, type Leaf, leavesOf } from './arithmetic.ts';
import { namesOf, sensorTexts } from './names.ts';
import { ruleWords } from './words.ts';
import classes from './why.module.css';

interface WhyProps {
  readonly alarm: AlarmAnswer;
  /** For the names of its sensors; ids are shown until it is there. */
  readonly machine: MachineAnswer | undefined;
  /** The rule in the version that decided, where this person may see it. */
  readonly rule: Rule | undefined;
  /** What stands above already is not said again. */
  readonly said?: string | undefined;
}

/** Why an alarm was raised: the sentence, the rule, and the numbers with their arithmetic. */
export function Why({ alarm, machine, rule, said }: WhyProps) {
  const { t, language } = useTexts();
  const { reason } = alarm;
  const texts = useMemo(() => sensorTexts(machine), [machine]);
  const sentence = sentenceOf(reason, language, texts);
  const advice = textOr(alarm.advice, language, '');
  return (
    <div className={classes.why}>
      {sentence !== said && <p className={classes.sentence}>{sentence}</p>}
      <div className={classes.rule}>
        <span className={classes.label}>{t('case.rule')}</span>
        <div>
          <p>
            {rule
              ? ruleWords(rule, language, namesOf(machine, language))
              : textOr(alarm.ruleTitle, language, alarm.rule)}
          </p>
          <p className={classes.muted}>
            {rule ? (
              <Link to={`/rules/${alarm.rule}`}>{textOr(alarm.ruleTitle, language, alarm.rule)}</Link>
            ) : (
              <code>{alarm.rule}</code>
            )}
            , {t('case.version', { version: alarm.version })}
          </p>
        </div>
      </div>
      <Numbers reason={reason} texts={texts} />
      {advice !== '' && (
        <div className={classes.rule}>
          <span className={classes.label}>{t('case.advice')}</span>
          <p>{advice}</p>
        </div>
      )}
    </div>
  );
}

function Numbers({ reason, texts }: { readonly reason: Reason; readonly texts: ReturnType<typeof sensorTexts> }) {
  const { t, language } = useTexts();
  const leaves = leavesOf(reason.fact);
  const delay = span(reason.delayMs, language);
  return (
    <div className={classes.rule}>
      <span className={classes.label}>{t('case.arithmetic')}</span>
      <div className={classes.leaves}>
        {leaves.length > 1 && 'of' in reason.fact && <p className={classes.muted}>{t(`why.${reason.fact.test}`)}:</p>}
        {leaves.map((leaf) => (
          <LeafNumbers
            key={leaf.path}
            leaf={leaf}
            sentence={leaves.length > 1 ? factSentence(leaf.fact, language, texts) : undefined}
          />
        ))}
        <p className={classes.muted}>
          {t('why.since')} <At at={reason.since} form="full" />;{' '}
          {reason.delayMs > 0 ? t('why.after', { delay }) : t('why.atOnce')}
        </p>
      </div>
    </div>
  );
}

function LeafNumbers({ leaf, sentence }: { readonly leaf: Leaf; readonly sentence: string | undefined }) {
  const { t, language } = useTexts();
  const { fact } = leaf;
  const arithmetic = arithmeticOf(fact, language);
  const verdict = fact.verdict === null ? 'unknown' : fact.verdict ? 'true' : 'false';
  return (
    <div className={classes.leaf}>
      {sentence !== undefined && (
        <p>
          {sentence} <span className={classes.muted}>({t(`why.${verdict}`)})</span>
        </p>
      )}
      {arithmetic && (
        <p className={classes.numbers}>
          {fact.test === 'outside' && <span className={classes.muted}>{arithmetic.formula} = </span>}
          {fact.test === 'outside' && <span>{arithmetic.numbers}</span>}
          <strong>{arithmetic.comparison}</strong>
        </p>
      )}
      {'at' in fact && fact.at !== undefined && (
        <p className={classes.muted}>
          {t('why.measured')} <At at={fact.at} form="full" />
        </p>
      )}
    </div>
  );
}
