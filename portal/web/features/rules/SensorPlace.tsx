import { AGGREGATES } from '#shared/model/rule.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import type { SensorLeaf } from './draft.ts';
import { useEditing } from './editing.ts';
import { partsOf, type Slot } from './sentence.ts';
import { ChoiceSlot, DurationSlot, NumberSlot, PercentSlot } from './Slots.tsx';
import { aggregateOf, TESTS, testOf, withAggregate, withTest } from './tests.ts';
import classes from './sentence.module.css';

interface SensorLeafProps<L extends SensorLeaf = SensorLeaf> {
  readonly leaf: L;
  readonly path: string;
  readonly onChange: (leaf: SensorLeaf) => void;
}

/** One place of a condition on a sensor. */
export function SensorPlace({ slot, leaf, path, onChange }: SensorLeafProps & { readonly slot: Slot }) {
  const { t } = useTexts();
  const { names } = useEditing();
  const unit = leaf.sensor === null ? undefined : names.sensor(leaf.sensor).unit;
  if (slot === 'test') {
    return (
      <ChoiceSlot
        label={t('rules.slot.test')}
        path={path}
        value={testOf(leaf)}
        onChange={(test) => onChange(withTest(leaf, TESTS.find((each) => each === test) ?? testOf(leaf)))}
      >
        {TESTS.map((test) => (
          <option key={test} value={test}>
            {t(`rules.choose.${test}`)}
          </option>
        ))}
      </ChoiceSlot>
    );
  }
  if ('changes' in leaf) {
    const { changes } = leaf;
    if (slot === 'by')
      return (
        <NumberSlot
          label={t('rules.slot.by')}
          path={`${path}.changes.by`}
          value={changes.by}
          unit={unit}
          onChange={(by) => onChange({ ...leaf, changes: { ...changes, by: by ?? null } })}
        />
      );
    return (
      <DurationSlot
        label={t('rules.slot.within')}
        path={`${path}.changes.within`}
        value={changes.within}
        onChange={(within) => onChange({ ...leaf, changes: { ...changes, within: within ?? null } })}
      />
    );
  }
  if ('trend' in leaf) return <TrendPlace slot={slot} leaf={leaf} path={path} onChange={onChange} />;
  if ('deviates' in leaf) {
    return (
      <NumberSlot
        label={t('rules.slot.sigmas')}
        path={`${path}.deviates.sigmas`}
        value={leaf.deviates.sigmas}
        onChange={(sigmas) => onChange({ ...leaf, deviates: { sigmas: sigmas ?? null } })}
      />
    );
  }
  if ('frozen' in leaf || 'silent' in leaf) {
    const key = 'frozen' in leaf ? 'frozen' : 'silent';
    return (
      <DurationSlot
        label={t('rules.slot.span')}
        path={`${path}.${key}`}
        value={'frozen' in leaf ? leaf.frozen : leaf.silent}
        onChange={(span) => onChange({ sensor: leaf.sensor, [key]: span ?? null } as SensorLeaf)}
      />
    );
  }
  if (slot === 'over') return <Over leaf={leaf} path={path} onChange={onChange} />;
  if (slot === 'percent') {
    return (
      <PercentSlot
        label={t('rules.slot.percent')}
        path={`${path}.outside`}
        value={leaf.outside ?? null}
        onChange={(outside) => onChange({ ...leaf, outside })}
      />
    );
  }
  const key = leaf.above === undefined ? 'below' : 'above';
  return (
    <NumberSlot
      label={t('rules.slot.limit')}
      path={`${path}.${key}`}
      value={leaf[key]}
      unit={unit}
      onChange={(limit) => onChange({ ...leaf, [key]: limit ?? null })}
    />
  );
}

/** Each reading by itself, or an aggregate over a window. */
function Over({ leaf, path, onChange }: SensorLeafProps) {
  const { t } = useTexts();
  const aggregate = aggregateOf(leaf);
  const window = aggregate === undefined ? undefined : (leaf as { readonly [key: string]: unknown })[aggregate];
  return (
    <>
      <ChoiceSlot
        label={t('rules.slot.over')}
        path={`${path}.${aggregate}`}
        value={aggregate ?? ''}
        onChange={(value) =>
          onChange(
            withAggregate(
              leaf,
              AGGREGATES.find((each) => each === value),
            ),
          )
        }
      >
        <option value="">{t('rules.choose.each')}</option>
        {AGGREGATES.map((each) => (
          <option key={each} value={each}>
            {t(`rules.choose.${each}`)}
          </option>
        ))}
      </ChoiceSlot>
      {aggregate !== undefined && (
        <DurationSlot
          label={t('rules.slot.window')}
          path={`${path}.${aggregate}`}
          value={typeof window === 'string' ? window : null}
          onChange={(next) => onChange({ ...leaf, [aggregate]: next ?? null } as SensorLeaf)}
        />
      )}
    </>
  );
}

type TrendLeaf = Extract<SensorLeaf, { readonly trend: unknown }>;

function TrendPlace({ slot, leaf, path, onChange }: SensorLeafProps<TrendLeaf> & { readonly slot: Slot }) {
  const { t } = useTexts();
  const { names } = useEditing();
  const { trend } = leaf;
  const set = (change: Partial<TrendLeaf['trend']>): void => onChange({ ...leaf, trend: { ...trend, ...change } });
  if (slot === 'reaches') {
    const fixed = trend.reaches !== 'high' && trend.reaches !== 'low';
    return (
      <span className={classes.with}>
        <ChoiceSlot
          label={t('rules.slot.reaches')}
          path={path}
          value={fixed ? 'value' : String(trend.reaches)}
          onChange={(value) => set({ reaches: value === 'high' || value === 'low' ? value : null })}
        >
          {(['high', 'low', 'value'] as const).map((each) => (
            <option key={each} value={each}>
              {t(`rules.choose.${each}`)}
            </option>
          ))}
        </ChoiceSlot>
        {fixed && (
          <NumberSlot
            label={t('rules.slot.reachesValue')}
            path={`${path}.trend.reaches`}
            value={typeof trend.reaches === 'number' ? trend.reaches : null}
            unit={leaf.sensor === null ? undefined : names.sensor(leaf.sensor).unit}
            onChange={(reaches) => set({ reaches: reaches ?? null })}
          />
        )}
      </span>
    );
  }
  const key = slot === 'past' ? 'over' : 'within';
  return (
    <DurationSlot
      label={t(slot === 'past' ? 'rules.slot.past' : 'rules.slot.within')}
      path={`${path}.trend.${key}`}
      value={trend[key]}
      onChange={(span) => set({ [key]: span ?? null })}
    />
  );
}

type LimitLeaf = Extract<SensorLeaf, { readonly deadband?: unknown }>;

/** How far the value must come back. */
export function Deadband({ leaf, path, onChange }: SensorLeafProps) {
  const { t, language } = useTexts();
  const { names } = useEditing();
  const { deadband, ...rest } = leaf as LimitLeaf;
  const outside = testOf(leaf) === 'outside';
  const unit = leaf.sensor === null ? undefined : names.sensor(leaf.sensor).unit;
  return (
    <span className={classes.back}>
      {partsOf(language, 'back').map((part) =>
        'slot' in part ? (
          <NumberSlot
            key="deadband"
            label={t('rules.slot.deadband')}
            path={`${path}.deadband`}
            value={deadband}
            usual={outside ? 5 : 0}
            unit={outside ? t('rules.choose.points') : unit}
            onChange={(next) => onChange((next === undefined ? rest : { ...rest, deadband: next }) as SensorLeaf)}
          />
        ) : (
          <span key={part.text}>{part.text}</span>
        ),
      )}
    </span>
  );
}
