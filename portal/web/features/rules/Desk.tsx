import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { PlantAnswer, RuleAnswer } from '#shared/model/api/rule.ts';
import type { Rule } from '#shared/model/rule.ts';
import { ruleOf } from '#shared/model/rule-beside.ts';
import { rules as rulesQuery } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ModeChip } from '#portal/web/ui/badges/Chip.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { Reckoned } from './Reckoned.tsx';
import type { Draft } from './draft.ts';
import { EditingProvider, type Told } from './editing.ts';
import { LeaveGuard } from './LeaveGuard.tsx';
import { LookBack } from './LookBack.tsx';
import { machinesFor, modelsFor, namesIn, plantOf } from './plant.ts';
import { problemWords } from './problem-words.ts';
import { SaveBar } from './SaveBar.tsx';
import { Sentence } from './Sentence.tsx';
import { TextFields } from './TextFields.tsx';
import { Wrong } from './Slots.tsx';
import { Watched } from './Watched.tsx';
import { begin, fromSentence, fromText, refusals } from './writing.ts';
import { yamlOf } from './yaml.ts';
import { YamlView } from './YamlView.tsx';
import classes from './editor.module.css';

interface DeskProps {
  /** As it is in the rulebook; undefined: it is new. */
  readonly base: RuleAnswer | undefined;
  readonly start: Draft;
  readonly taken: ReadonlySet<string>;
  readonly plant: PlantAnswer;
}

/** The desk at which a rule is written: sentence and YAML beside each other, arithmetic, look back, machines. */
export function Desk({ base: newest, start, taken, plant }: DeskProps) {
  const { t, language } = useTexts();
  const navigate = useNavigate();
  const client = useQueryClient();
  // What was read when writing began: a newer version does not change under one's hands.
  const [base, setBase] = useState(newest);
  const file = useMemo(() => plantOf(plant), [plant]);
  const [writing, setWriting] = useState(() => begin(start, file));
  const { draft, text, locked, read, trial } = writing;
  const before = base && ruleOf(base);
  const refused = refusals(read.rule, before, taken);
  const good = read.rule !== undefined && read.problems.length === 0 ? read.rule : undefined;
  const rule = refused.length === 0 ? good : undefined;
  const [begun] = useState(text);
  const dirty = before ? yamlOf(draft) !== yamlOf(before) || locked : text !== begun;
  const gone = useRef(false);
  const change = (next: Draft): void => setWriting(fromSentence(next, file));
  const models = useMemo(() => modelsFor(draft.applies, plant), [draft.applies, plant]);
  const told = [
    ...read.problems.map(({ path, message }): Told => ({ path, words: problemWords(message, language) })),
    ...refused.map(({ path, text: words }): Told => ({ path, words: t(`rules.edited.${words}`) })),
  ];
  // What was complete last is still looked at while something is being typed.
  const [shown, setShown] = useState<Rule | undefined>(trial);
  if (trial && trial !== shown) setShown(trial);
  const machines = useMemo(() => (shown ? machinesFor(shown, plant) : []), [shown, plant]);
  const names = namesIn(models.length > 0 ? models : plant.models, language);
  const title = textOr(base?.title, language, base?.id ?? '');
  return (
    <EditingProvider value={{ models, names, told }}>
      <div className={classes.desk}>
        <PageHead title={base ? t('rules.edited.title', { title }) : t('rules.newTitle')}>
          {base && <ModeChip mode={base.mode ?? 'live'} />}
        </PageHead>
        <div className={classes.columns}>
          <div className={classes.column}>
            <section className={classes.panel} aria-label={t('rules.edited.sentence')}>
              <h2>{t('rules.edited.sentence')}</h2>
              {locked && <p className={classes.locked}>{t('rules.edited.yamlLocked')}</p>}
              <fieldset className={classes.lock} disabled={locked}>
                <Sentence draft={draft} plant={plant} onChange={change} />
              </fieldset>
              <Wrong told={told.filter(({ path }) => path === '')} />
            </section>
            <Reckoned rule={trial} machines={machines} plant={plant} />
            <section className={classes.panel} aria-label={t('rules.edited.texts')}>
              <h2>{t('rules.edited.texts')}</h2>
              <fieldset className={classes.lock} disabled={locked}>
                <TextFields draft={draft} fresh={base === undefined} onChange={change} />
              </fieldset>
            </section>
          </div>
          <div className={classes.column}>
            <section className={classes.panel} aria-label={t('rules.edited.yaml')}>
              <h2>{t('rules.edited.yaml')}</h2>
              <YamlView
                text={text}
                problems={read.problems}
                warnings={read.warnings}
                locked={locked}
                onChange={(typed) => setWriting((now) => fromText(now, typed, file))}
                onReset={() => change(draft)}
              />
            </section>
            <section className={classes.plain} aria-label={t('rules.watched.title')}>
              <h2 className={classes.title}>{t('rules.watched.title')}</h2>
              {trial ? (
                <Watched rule={trial} machines={machines} plant={plant} />
              ) : (
                <p className={classes.incomplete}>{t('rules.reckon.incomplete')}</p>
              )}
            </section>
          </div>
        </div>
        <LookBack rule={shown} complete={trial !== undefined} machines={machines} plant={plant} eager />
        <SaveBar
          base={base}
          rule={rule}
          problems={told.length}
          dirty={dirty}
          onSaved={(saved) => {
            gone.current = true;
            void client.invalidateQueries({ queryKey: rulesQuery.queryKey });
            void navigate(`/rules/${saved}`);
          }}
          onTheirs={(theirs) => {
            setBase(theirs);
            setWriting(begin(ruleOf(theirs), file));
          }}
          onDiscard={() => {
            gone.current = true;
            void navigate(base ? `/rules/${base.id}` : '/rules');
          }}
        />
      </div>
      <LeaveGuard when={() => dirty && !gone.current} />
    </EditingProvider>
  );
}
