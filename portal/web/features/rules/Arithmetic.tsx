import { percent, quantity } from '#shared/model/figures.ts';
import type { Language } from '#portal/web/i18n/language.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import type { Names } from '#portal/web/ui/why/words.ts';
import { limitsWords } from './limit-words.ts';
import type { Reckoning, Side } from './reckoning.ts';
import classes from './detail.module.css';

interface ArithmeticProps {
  readonly reckonings: readonly Reckoning[];
  readonly names: Names;
}

/** Every limit of a rule on one machine, with the way from tolerance and percentage to the value. */
export function Arithmetic({ reckonings, names }: ArithmeticProps) {
  const { t } = useTexts();
  if (reckonings.length === 0) return <p className={classes.muted}>{t('rules.reckon.nothing')}</p>;
  return (
    <ul className={classes.reckonings}>
      {reckonings.map((reckoning, i) => (
        <li key={`${reckoning.sensor} ${i}`}>
          <strong>
            {names.sensor(reckoning.sensor).name}
            {reckoning.aggregate !== undefined && ` (${t(`rules.aggregate.${reckoning.aggregate}`)})`}
          </strong>
          <Tolerance reckoning={reckoning} />
          {reckoning.sides.map((side) => (
            <p key={side.side} className={classes.sum}>
              <Sum side={side} unit={reckoning.unit} />
            </p>
          ))}
          {reckoning.sides.length === 0 && <p className={classes.muted}>{t('rules.reckon.none')}</p>}
        </li>
      ))}
    </ul>
  );
}

function Tolerance({ reckoning: { tolerance, nominal, unit } }: { readonly reckoning: Reckoning }) {
  const { t, language } = useTexts();
  if (!tolerance) return null;
  const band = limitsWords(t, language, tolerance, unit);
  return (
    <p className={classes.muted}>
      {nominal === undefined
        ? t('rules.reckon.toleranceOnly', { tolerance: band })
        : t('rules.reckon.tolerance', { tolerance: band, nominal: quantity(nominal, unit, language) })}
    </p>
  );
}

/** "80 °C + 20 % von 20 °C (4 °C) = Meldung über 84 °C, Rückkehr bei 83 °C". */
function Sum({ side, unit }: { readonly side: Side; readonly unit: string | undefined }) {
  const { t, language } = useTexts();
  const of = (value: number): string => quantity(value, unit, language);
  const word = t(side.side === 'high' ? 'rules.reckon.above' : 'rules.reckon.below', { raised: of(side.raised) });
  return (
    <>
      {side.from && side.from.percent !== 0 && <span>{shareWords(side, language, of)} → </span>}
      <strong>{word}</strong>
      {side.cleared !== side.raised && <span>, {t('rules.reckon.back', { cleared: of(side.cleared) })}</span>}
    </>
  );
}

/** "80 °C + 20 % · 20 °C". */
function shareWords({ from, side }: Side, language: Language, of: (value: number) => string): string {
  if (!from) return '';
  return `${of(from.limit)} ${side === 'high' ? '+' : '−'} ${percent(from.percent, language)} · ${of(from.width)}`;
}
