import { ActionIcon, Button, Menu } from '@mantine/core';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import {
  type DraftCondition,
  type Group,
  groupOf,
  itemsOf,
  JOINS,
  joined,
  joinOf,
  moved,
  negated,
  NEW_LEAF,
  replaced,
  without,
} from './draft.ts';
import { toldAt, useEditing } from './editing.ts';
import { LeafEditor } from './LeafEditor.tsx';
import { partsOf } from './sentence.ts';
import { ChoiceSlot, DurationSlot, Wrong } from './Slots.tsx';
import classes from './sentence.module.css';

interface ConditionProps {
  readonly condition: DraftCondition;
  readonly path: string;
  readonly onChange: (condition: DraftCondition) => void;
  /** What its place in a group allows; undefined at the root. */
  readonly place?: Place | undefined;
}

interface Place {
  readonly onRemove: () => void;
  readonly onUp: (() => void) | undefined;
  readonly onDown: (() => void) | undefined;
}

/** A condition of any kind, and the menu that changes what it is part of. */
export function ConditionEditor(props: ConditionProps) {
  const { condition } = props;
  if ('not' in condition) return <NotEditor {...props} inner={condition.not} />;
  if ('all' in condition || 'any' in condition || 'sequence' in condition)
    return <GroupEditor {...props} group={condition} />;
  return (
    <div className={classes.condition}>
      <LeafEditor leaf={condition} path={props.path} onChange={props.onChange} />
      <ConditionMenu {...props} />
    </div>
  );
}

function NotEditor({ inner, path, onChange, place }: ConditionProps & { readonly inner: DraftCondition }) {
  const { t } = useTexts();
  const { told } = useEditing();
  return (
    <div className={classes.not}>
      <span className={classes.words}>
        <span>{t('rules.group.not')}</span>
        <Button size="compact-xs" variant="subtle" onClick={() => onChange(inner)}>
          {t('rules.group.notOff')}
        </Button>
      </span>
      <ConditionEditor
        condition={inner}
        path={`${path}.not`}
        onChange={(next) => onChange(negated(next))}
        place={place}
      />
      <Wrong told={toldAt(told, path)} />
    </div>
  );
}

const LINKS = { all: 'and', any: 'or', sequence: 'then' } as const;

function GroupEditor({ group, path, onChange, place }: ConditionProps & { readonly group: Group }) {
  const { t, language } = useTexts();
  const { told } = useEditing();
  const join = joinOf(group) ?? 'all';
  const items = itemsOf(group);
  const set = (next: readonly DraftCondition[]): void => onChange(groupOf(join, next, group));
  return (
    <div className={classes.group}>
      <div className={classes.groupHead}>
        <span className={classes.words}>
          {partsOf(language, join === 'sequence' ? 'sequence' : 'group').map((part) =>
            'text' in part ? (
              <span key={part.text}>{part.text}</span>
            ) : part.slot === 'join' ? (
              <ChoiceSlot
                key="join"
                label={t('rules.slot.join')}
                path={path}
                value={join}
                onChange={(value) => {
                  const next = JOINS.find((each) => each === value) ?? join;
                  if (next !== join) onChange(groupOf(next, items, group));
                }}
              >
                {JOINS.map((each) => (
                  <option key={each} value={each}>
                    {t(`rules.choose.${each}`)}
                  </option>
                ))}
              </ChoiceSlot>
            ) : (
              <DurationSlot
                key="within"
                label={t('rules.slot.within')}
                path={`${path}.within`}
                value={'sequence' in group ? group.within : undefined}
                onChange={(within) => onChange({ sequence: items, within: within ?? null })}
              />
            ),
          )}
        </span>
        <ConditionMenu condition={group} path={path} onChange={onChange} place={place} />
      </div>
      <Wrong told={[...toldAt(told, path), ...toldAt(told, `${path}.${join}`), ...toldAt(told, `${path}.within`)]} />
      <ol className={classes.items}>
        {items.map((item, i) => (
          <li key={i} aria-label={t('rules.group.condition', { number: i + 1 })}>
            {i > 0 && <span className={classes.link}>{t(`rules.group.${LINKS[join]}`)}</span>}
            <ConditionEditor
              condition={item}
              path={`${path}.${join}[${i}]`}
              onChange={(next) => set(replaced(items, i, next))}
              place={{
                onRemove: () => onChange(without(group, i) ?? NEW_LEAF),
                onUp: i > 0 ? () => set(moved(items, i, -1)) : undefined,
                onDown: i < items.length - 1 ? () => set(moved(items, i, 1)) : undefined,
              }}
            />
          </li>
        ))}
      </ol>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<Icon name="plus" size={13} />}
        onClick={() => set([...items, NEW_LEAF])}
      >
        {t('rules.group.add')}
      </Button>
    </div>
  );
}

function ConditionMenu({ condition, onChange, place }: ConditionProps) {
  const { t } = useTexts();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="slate" aria-label={t('rules.group.menu')}>
          <Icon name="more" size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {place === undefined && joinOf(condition) === undefined && (
          <Menu.Item onClick={() => onChange(joined(condition))}>{t('rules.group.join')}</Menu.Item>
        )}
        {(place !== undefined || joinOf(condition) !== undefined) && (
          <Menu.Item onClick={() => onChange({ all: [condition, NEW_LEAF] })}>{t('rules.group.wrap')}</Menu.Item>
        )}
        <Menu.Item onClick={() => onChange(negated(condition))}>{t('rules.group.negate')}</Menu.Item>
        {place?.onUp && <Menu.Item onClick={place.onUp}>{t('rules.group.up')}</Menu.Item>}
        {place?.onDown && <Menu.Item onClick={place.onDown}>{t('rules.group.down')}</Menu.Item>}
        {place && <Menu.Item onClick={place.onRemove}>{t('rules.group.remove')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
