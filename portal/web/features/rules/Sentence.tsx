import { SEVERITIES } from '#shared/model/rule.ts';
import { textIn } from '#shared/model/text.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { AppliesEditor } from './AppliesEditor.tsx';
import { ConditionEditor } from './ConditionEditor.tsx';
import { type Draft, sensorsNamed } from './draft.ts';
import { toldBelow, useEditing } from './editing.ts';
import { endangered, firstOf } from './plant.ts';
import type { PlantAnswer } from '#shared/model/api/rule.ts';
import { type Part, partsOf, type Sentence as SentenceName } from './sentence.ts';
import { ChoiceSlot, DurationSlot, Wrong } from './Slots.tsx';
import classes from './sentence.module.css';

interface SentenceProps {
  readonly draft: Draft;
  readonly plant: PlantAnswer;
  readonly onChange: (draft: Draft) => void;
}

/** The rule as a sentence with inputs in it. */
export function Sentence({ draft, plant, onChange }: SentenceProps) {
  const { language } = useTexts();
  const { told } = useEditing();
  const props = { draft, onChange };
  const [whole] = partsOf(language, 'whole');
  return (
    <div className={classes.sentence}>
      <div className={classes.row}>
        <span className={classes.lead}>{whole && 'text' in whole && whole.text}</span>
        <ConditionEditor condition={draft.when} path="when" onChange={(when) => onChange({ ...draft, when })} />
      </div>
      <div className={classes.words}>
        <Line sentence="held" {...props} />
        <Line sentence="then" {...props} />
      </div>
      <Wrong told={['for', 'endangers', 'severity'].flatMap((path) => toldBelow(told, path))} />
      <div className={classes.words}>
        <Line sentence="clears" {...props} />
      </div>
      <Wrong told={toldBelow(told, 'clear')} />
      <AppliesEditor draft={draft} plant={plant} onChange={onChange} />
      <Wrong told={toldBelow(told, 'applies')} />
    </div>
  );
}

interface LineProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

function Line({ sentence, ...props }: LineProps & { readonly sentence: SentenceName }) {
  const { language } = useTexts();
  return partsOf(language, sentence).map((part: Part) =>
    'text' in part ? <span key={part.text}>{part.text}</span> : <Place key={part.slot} slot={part.slot} {...props} />,
  );
}

function Place({ slot, draft, onChange }: LineProps & { readonly slot: string }) {
  const { t } = useTexts();
  switch (slot) {
    case 'for': {
      const { for: delay, ...rest } = draft;
      return (
        <DurationSlot
          label={t('rules.slot.for')}
          path="for"
          value={delay}
          usual="0m"
          onChange={(next) => onChange(next === undefined ? rest : { ...rest, for: next })}
        />
      );
    }
    case 'clear': {
      const { clear, ...rest } = draft;
      return (
        <DurationSlot
          label={t('rules.slot.clear')}
          path="clear.for"
          value={clear?.for}
          usual="0m"
          onChange={(next) => onChange(next === undefined ? rest : { ...rest, clear: { for: next } })}
        />
      );
    }
    case 'severity':
      return (
        <ChoiceSlot
          label={t('rules.slot.severity')}
          path="severity"
          value={draft.severity ?? 'notice'}
          onChange={(value) =>
            onChange({ ...draft, severity: SEVERITIES.find((each) => each === value) ?? draft.severity })
          }
        >
          {SEVERITIES.map((each) => (
            <option key={each} value={each}>
              {t(`rules.choose.${each}`)}
            </option>
          ))}
        </ChoiceSlot>
      );
    default:
      return <ComponentPlace draft={draft} onChange={onChange} />;
  }
}

/** The component in danger; left out, that of the first sensor. */
function ComponentPlace({ draft, onChange }: LineProps) {
  const { t, language } = useTexts();
  const { models, names } = useEditing();
  const { endangers, ...rest } = draft;
  const components = [...firstOf(models.flatMap((model) => model.components)).values()];
  const usual = endangered({}, sensorsNamed(draft.when)[0], models);
  const value = endangers ?? '';
  return (
    <ChoiceSlot
      label={t('rules.slot.component')}
      path="endangers"
      value={value}
      onChange={(chosen) => onChange(chosen === '' ? rest : { ...rest, endangers: chosen })}
    >
      <option value="">
        {usual === undefined
          ? t('rules.choose.componentNone')
          : t('rules.choose.componentOf', { name: names.component(usual) })}
      </option>
      {value !== '' && !components.some(({ id }) => id === value) && (
        <option value={value}>{t('rules.choose.unknown', { id: value })}</option>
      )}
      {components.map(({ id, name }) => (
        <option key={id} value={id}>
          {textIn(name, language, id)}
        </option>
      ))}
    </ChoiceSlot>
  );
}
