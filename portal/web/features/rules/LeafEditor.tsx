import { stateWord } from '#shared/model/state.ts';
import { textIn } from '#shared/model/text.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import type { Leaf } from './draft.ts';
import { toldBelow, useEditing } from './editing.ts';
import { byComponent } from './plant.ts';
import { partsOf, type Slot } from './sentence.ts';
import { Deadband, SensorPlace } from './SensorPlace.tsx';
import { ChoiceSlot, DurationSlot, NumberSlot, TextSlot, Wrong } from './Slots.tsx';
import { isLimit, kindOf, withSubject } from './tests.ts';
import classes from './sentence.module.css';

interface LeafProps<L extends Leaf = Leaf> {
  readonly leaf: L;
  readonly path: string;
  readonly onChange: (leaf: Leaf) => void;
}

/** One condition as a clause with a place for everything it says. */
export function LeafEditor(props: LeafProps) {
  const { language } = useTexts();
  const { told } = useEditing();
  const { leaf, path } = props;
  const kind = kindOf(leaf);
  return (
    <div className={classes.leaf}>
      <span className={classes.words}>
        {partsOf(language, kind).map((part, i) =>
          'slot' in part ? (
            <Place key={part.slot} slot={part.slot as Slot} {...props} />
          ) : (
            <span key={`text ${i}`}>{part.text}</span>
          ),
        )}
      </span>
      {'sensor' in leaf && isLimit(kind) && <Deadband {...props} leaf={leaf} />}
      <Wrong told={toldBelow(told, path)} />
    </div>
  );
}

function Place({ slot, ...props }: LeafProps & { readonly slot: Slot }) {
  const { leaf } = props;
  if (slot === 'subject') return <Subject {...props} />;
  if ('event' in leaf) return <EventPlace slot={slot} {...props} leaf={leaf} />;
  if ('state' in leaf) return <StatePlace {...props} leaf={leaf} />;
  return <SensorPlace slot={slot} {...props} leaf={leaf} />;
}

/** Sensors by component, events and the state. */
function Subject({ leaf, path, onChange }: LeafProps) {
  const { t, language } = useTexts();
  const { models, names } = useEditing();
  const chosen = 'event' in leaf ? '@event' : 'state' in leaf ? '@state' : (leaf.sensor ?? '');
  const groups = [...byComponent(models)];
  const known =
    chosen.startsWith('@') || chosen === '' || groups.some(([, all]) => all.some(({ id }) => id === chosen));
  return (
    <ChoiceSlot
      label={t('rules.slot.subject')}
      path={`${path}.${chosen === '@event' ? 'event' : 'sensor'}`}
      value={chosen}
      onChange={(value) =>
        onChange(withSubject(leaf, value === '@event' ? 'event' : value === '@state' ? 'state' : { sensor: value }))
      }
    >
      {chosen === '' && (
        <option value="" disabled>
          {t('rules.choose.sensor')}
        </option>
      )}
      {!known && <option value={chosen}>{t('rules.choose.unknown', { id: chosen })}</option>}
      {groups.map(([component, sensors]) => (
        <optgroup
          key={component?.id ?? ''}
          label={component ? textIn(component.name, language, component.id) : t('rules.choose.noComponent')}
        >
          {sensors.map(({ id, formula }) => {
            const { name } = names.sensor(id);
            return (
              <option key={id} value={id}>
                {formula === undefined ? name : t('rules.choose.derived', { name })}
              </option>
            );
          })}
        </optgroup>
      ))}
      <optgroup label={t('rules.choose.others')}>
        <option value="@event">{t('rules.choose.event')}</option>
        <option value="@state">{t('rules.choose.state')}</option>
      </optgroup>
    </ChoiceSlot>
  );
}

type EventLeaf = Extract<Leaf, { readonly event: unknown }>;
type StateLeaf = Extract<Leaf, { readonly state: unknown }>;

function EventPlace({ slot, leaf, path, onChange }: LeafProps<EventLeaf> & { readonly slot: Slot }) {
  const { t } = useTexts();
  if (slot === 'code') {
    return (
      <TextSlot
        label={t('rules.slot.code')}
        path={`${path}.event`}
        value={leaf.event ?? ''}
        onChange={(event) => onChange({ ...leaf, event: event === '' ? null : event })}
      />
    );
  }
  const { count, within, ...rest } = leaf;
  const kept = { ...rest, ...(count === undefined ? {} : { count }), ...(within === undefined ? {} : { within }) };
  if (slot === 'count') {
    const { count: _, ...others } = kept as EventLeaf;
    return (
      <NumberSlot
        label={t('rules.slot.count')}
        path={`${path}.count`}
        value={count}
        usual={1}
        onChange={(next) => onChange(next === undefined ? others : { ...kept, count: next })}
      />
    );
  }
  const { within: _, ...others } = kept as EventLeaf;
  return (
    <DurationSlot
      label={t('rules.slot.within')}
      path={`${path}.within`}
      value={within}
      usual="1m"
      onChange={(next) => onChange(next === undefined ? others : { ...kept, within: next })}
    />
  );
}

const STATES = ['running', 'idle', 'stopped', 'setup', 'maintenance', 'fault', 'warm-up'];

function StatePlace({ leaf, path, onChange }: LeafProps<StateLeaf>) {
  const { t, language } = useTexts();
  const word = leaf.state === null ? '' : stateWord(leaf.state, language);
  return (
    <span className={classes.with}>
      <TextSlot
        label={t('rules.slot.state')}
        path={`${path}.state`}
        value={leaf.state ?? ''}
        suggestions={STATES.map((value) => ({ value, label: stateWord(value, language) }))}
        onChange={(state) => onChange({ state: state === '' ? null : state })}
      />
      {word !== leaf.state && word !== '' && <span className={classes.muted}>({word})</span>}
    </span>
  );
}
