import { useTexts } from '#portal/web/i18n/i18n.ts';
import type { Language } from '#portal/web/i18n/language.ts';
import { count, exact } from '#portal/web/ui/format/number.ts';
import { bytes } from '#portal/web/ui/format/bytes.ts';
import { span } from '#portal/web/ui/format/time.ts';
import { Ago } from '#portal/web/ui/format/Zone.tsx';
import { StateSign } from './StateSign.tsx';
import type { ChainNode, Fact } from './chain.ts';
import classes from './operation.module.css';

/** One place on the way: its name, how it is, and its figures. */
export function StageCard({ node: { name, state, facts, waitsFor } }: { readonly node: ChainNode }) {
  const { t } = useTexts();
  return (
    <article className={classes.card} data-state={state} aria-label={t(`operation.nodes.${name}`)}>
      <header className={classes.cardHead}>
        <h4>{t(`operation.nodes.${name}`)}</h4>
        <StateSign state={state} />
      </header>
      {waitsFor !== null && <p className={classes.waits}>{t('operation.waitsFor', { what: waitsFor })}</p>}
      <dl className={classes.facts}>
        {facts.map((fact) => (
          <div key={fact.name}>
            <dt>{t(`operation.facts.${fact.name}`)}</dt>
            <dd>
              <FactValue fact={fact} />
            </dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

function FactValue({ fact }: { readonly fact: Fact }) {
  const { t, language } = useTexts();
  switch (fact.name) {
    case 'messagesRate':
    case 'readingsRate':
    case 'entriesRate':
      return exact(language, fact.rate);
    case 'lag':
      if (fact.seconds < 1) return t('operation.none');
      return t('operation.lagOf', { time: lasting(language, fact.seconds), size: bytes(language, fact.bytes) });
    case 'unread':
      return fact.seconds < 1 ? t('operation.none') : lasting(language, fact.seconds);
    case 'filled':
      return t('operation.filledOf', { percent: percent(language, fact.part), size: bytes(language, fact.bytes) });
    case 'beat':
      return fact.at === null ? t('operation.never') : <Ago at={fact.at} form="ago" />;
    default:
      return count(language, fact.count);
  }
}

function lasting(language: Language, seconds: number): string {
  return span(language, seconds * 1000);
}

/** Half a percent is told as "0,5 %": a journal that begins to fill is news. */
function percent(language: Language, part: number): string {
  return `${exact(language, Math.round(part * 1000) / 10)}\u00a0%`;
}
