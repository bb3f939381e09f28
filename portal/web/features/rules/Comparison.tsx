import type { PlantAnswer, RuleVersionAnswer } from '#shared/model/api/rule.ts';
import { type Rule, RULE_FIELDS } from '#shared/model/rule.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ruleWords } from '#portal/web/ui/why/words.ts';
import { differences } from './compare.ts';
import { namesIn } from './plant.ts';
import { yamlOf } from './yaml.ts';
import classes from './detail.module.css';

interface ComparisonProps {
  /** Its rule null: it was deleted then. */
  readonly before: RuleVersionAnswer;
  readonly after: RuleVersionAnswer & { readonly rule: Rule };
  readonly plant: PlantAnswer;
}

/** Two versions: both sentences side by side, and every field that differs. */
export function Comparison({ before, after, plant }: ComparisonProps) {
  const { t, language } = useTexts();
  const names = namesIn(plant.models, language);
  const changed = differences(before.rule ?? {}, after.rule);
  if (changed.length === 0) return <p className={classes.muted}>{t('rules.version.same')}</p>;
  return (
    <div className={classes.comparison}>
      <div className={classes.sides}>
        <figure>
          <figcaption className={classes.muted}>{t('rules.version.before', { version: before.version })}</figcaption>
          <p>{before.rule ? ruleWords(before.rule, language, names) : t('rules.removed')}</p>
        </figure>
        <figure>
          <figcaption className={classes.muted}>{t('rules.version.after', { version: after.version })}</figcaption>
          <p>{ruleWords(after.rule, language, names)}</p>
        </figure>
      </div>
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('rules.version.show')}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('rules.version.field')}</th>
              <th scope="col">{t('rules.version.was')}</th>
              <th scope="col">{t('rules.version.is')}</th>
            </tr>
          </thead>
          <tbody>
            {changed.map(({ path, before: was, after: is }) => (
              <tr key={path}>
                <th scope="row">
                  <FieldName path={path} />
                </th>
                <td>{told(was) ?? <span className={classes.muted}>{t('rules.version.nothing')}</span>}</td>
                <td>{told(is) ?? <span className={classes.muted}>{t('rules.version.nothing')}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function FieldName({ path }: { readonly path: string }) {
  const { t } = useTexts();
  const field = RULE_FIELDS.find((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`));
  if (!field) return path;
  const rest = path.slice(field.length).replace(/^\./, '');
  return (
    <>
      {t(`rules.field.${field}`)} {rest !== '' && <code className={classes.muted}>{rest}</code>}
    </>
  );
}

function told(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null) return yamlOf(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
