/** What the reader of rules says, for a person who writes one in the portal: in German too. */
import type { Language } from '#portal/web/i18n/language.ts';

/** As the reader says it → the same in German. What is not named here is told as it came. */
const GERMAN: readonly (readonly [RegExp, string])[] = [
  [/^is missing: write (.+)$/, 'fehlt. Beispiel: $1'],
  [/^is empty: write (.+)$/, 'fehlt noch'],
  [/^is empty$/, 'ist leer'],
  [/^(.+) stands where an id belongs.*$/, '$1 ist keine Kennung. Setzen Sie sie in Anführungszeichen.'],
  [
    /^(.+) stands where a number belongs.*$/,
    '$1 ist keine Zahl. Schreiben Sie die Zahl allein, in der Einheit der Messstelle.',
  ],
  [/^(.+) stands where text belongs.*$/, '$1 ist kein Text. Setzen Sie ihn in Anführungszeichen.'],
  [/^(.+) stands where a list of .+ belongs.*$/, '$1 ist keine Liste. Beginnen Sie jede Zeile mit „- “.'],
  [
    /^(.+) stands where (.+) belongs: write it as keys and values$/,
    '$1 steht, wo Schlüssel und Werte hingehören. Beispiel: $2',
  ],
  [/^"(.*)" is no number: decimals take a point, (.+)$/, '„$1“ ist keine Zahl. Schreiben Sie $2.'],
  [/^the number stands in quotes: write (.+)$/, 'Die Zahl steht in Anführungszeichen. Schreiben Sie $1.'],
  [/^(.+) is no whole number from (\S+) to (\S+)$/, '$1 ist keine ganze Zahl von $2 bis $3'],
  [/^(.+) is no duration: the unit is missing, write (.+)$/, '$1 ist keine Dauer: Die Einheit fehlt. Beispiel: $2'],
  [/^(.+) is no duration: .*$/, '$1 ist keine Dauer. Schreiben Sie eine ganze Zahl und ms, s, m, h oder d, etwa 5m.'],
  [/^"(.*)" is no time at all.*$/, 'Die Dauer muss größer als 0 sein'],
  [/^"(.*)" is no percentage outside tolerance: write (.+)$/, '„$1“ ist kein Prozentwert. Beispiel: $2'],
  [
    /^deadband is in percentage points without a sign: write (.+)$/,
    'Der Rückkehrabstand steht ohne Prozentzeichen: $1',
  ],
  [/^(.+) is negative: .*$/, '$1 ist negativ. Geben Sie 0 oder mehr an.'],
  [/^(.+) is not above 0: .*$/, '$1 ist nicht größer als 0'],
  [
    /^"(.*)" is no id: .*?(?:, such as "(.*)")?$/,
    '„$1“ ist keine Kennung. Erlaubt sind bis zu 64 Zeichen a-z, 0-9, Punkt, Unterstrich und Bindestrich.',
  ],
  [/^(.+) is none of (.+)\.(.*)$/, '$1 ist nicht erlaubt. Möglich: $2.$3'],
  [/^"(.*)" is given twice: remove one of them$/, '„$1“ steht zweimal da. Entfernen Sie eines davon.'],
  [/^"(.*)" is no key: (?:there are|.*there are) (.+)$/, '„$1“ ist hier kein Schlüssel. Es gibt $2'],
  [/^"(.*)" is no key here: there are (.+)$/, '„$1“ ist hier kein Schlüssel. Es gibt $2'],
  [/^"(.*)" is no key: (.+)$/, '„$1“ ist hier kein Schlüssel ($2)'],
  [/^names neither sensor, event, state.*$/, 'nennt weder Messstelle noch Ereignis noch Zustand'],
  [/^has (.+) in one condition: .*$/, 'hat $1 in einer Bedingung. Behalten Sie eines davon.'],
  [/^has no condition: write (?:one|two) at least$/, 'hat keine Bedingung'],
  [/^has one condition: write two at least$/, 'hat nur eine Bedingung. Eine Reihenfolge braucht zwei.'],
  [/^says nothing about the sensor: add one of (.+)$/, 'sagt nichts über die Messstelle. Möglich: $1'],
  [/^is nested deeper than (\d+) levels.*$/, 'ist tiefer als $1 Ebenen verschachtelt. Vereinfachen Sie die Bedingung.'],
  [/^is nested too deeply.*$/, 'ist zu tief verschachtelt'],
  [/^is condition (\d+) of this rule: .*$/, 'ist Bedingung $1 dieser Regel. Teilen Sie die Regel auf.'],
  [/^is longer than (\d+) characters: .*$/, 'ist länger als $1 Zeichen. Kürzen Sie den Text.'],
  [/^has (\d+) steps: write (\d+) at most$/, 'hat $1 Schritte. Höchstens $2 sind möglich.'],
  [/^has no step: .*$/, 'hat keinen Schritt'],
  [/^has no language: .*$/, 'hat keine Sprache. Schreiben Sie einen Text, oder { de: …, en: … }.'],
  [/^"(.*)" is no language: .*$/, '„$1“ ist keine Sprache. Schreiben Sie ein Kürzel wie de oder en.'],
  [/^needs either model or machines: .*$/, 'braucht entweder model oder machines. Lassen Sie applies sonst weg.'],
  [/^names no machine: .*$/, 'nennt keine Maschine'],
  [/^false is no mode: .*$/, 'false ist keine Betriebsart. Schreiben Sie mode: off.'],
  [/^the plant has no model "(.*)": add it or correct the id\.(.*)$/, 'Die Baureihe „$1“ gibt es nicht.$2'],
  [/^the plant has no machine "(.*)": add it or correct the id\.(.*)$/, 'Die Maschine „$1“ gibt es nicht.$2'],
  [
    /^no model of the plant has a sensor "(.*)": add it or correct the id\.(.*)$/,
    'Keine Baureihe hat die Messstelle „$1“.$2',
  ],
  [
    /^no model has all of (.+): name sensors of one model only$/,
    'Keine Baureihe hat alle Messstellen $1. Nennen Sie nur solche einer Baureihe.',
  ],
  [
    /^the model "(.*)" has no sensor "(.*)": add it or correct the id\.(.*)$/,
    'Die Baureihe „$1“ hat die Messstelle „$2“ nicht.$3',
  ],
  [
    /^the sensor "(.*)" of model "(.*)" has no tolerance: .*$/,
    'Die Messstelle „$1“ der Baureihe „$2“ hat keine Toleranz. Vergleichen Sie mit einem Grenzwert.',
  ],
  [
    /^the sensor "(.*)" of model "(.*)" has no tolerance\.(high|low): .*$/,
    'Die Messstelle „$1“ der Baureihe „$2“ hat diese Toleranzgrenze nicht. Geben Sie einen Wert an.',
  ],
  [
    /^the sensor "(.*)" has no tolerance\S* on (.+), which the rule can not judge: .*$/,
    'Die Messstelle „$1“ hat keine solche Toleranz auf: $2. Dort urteilt die Regel nicht.',
  ],
  [
    /^the model "(.*)" has no component "(.*)": add it, correct the id or narrow applies\.(.*)$/,
    'Die Baureihe „$1“ hat das Aggregat „$2“ nicht.$3',
  ],
  [/^no machine is there yet that this rule would watch$/, 'Es gibt noch keine Maschine, für die diese Regel gilt.'],
  [
    /^the indentation does not fit.*$/,
    'Die Einrückung passt nicht zur Zeile darüber, oder einem Text mit „: “ fehlen die Anführungszeichen',
  ],
  [/^a tab indents this line.*$/, 'Ein Tabulator rückt diese Zeile ein. Nehmen Sie Leerzeichen.'],
  [/^a "(.)" is missing before this.*$/, 'Davor fehlt „$1“, oder die Zeilen in den Klammern sind nicht eingerückt'],
  [/^the closing (.) is missing$/, 'Das schließende $1 fehlt'],
  [/^a second document begins here.*$/, 'Hier beginnt ein zweites Dokument. Entfernen Sie „---“.'],
  [/^a text may not begin with (.): .*$/, 'Ein Text darf nicht mit $1 beginnen. Setzen Sie ihn in Anführungszeichen.'],
  [/^text follows the closing quote.*$/, 'Nach dem schließenden Anführungszeichen steht noch Text'],
  [
    /^(\S+) means nothing in double quotes.*$/,
    '$1 hat in Anführungszeichen keine Bedeutung. Schreiben Sie \\\\ für einen Rückstrich.',
  ],
  [/^tags \(!…\) are not allowed.*$/, 'Tags (!…) sind nicht erlaubt'],
  [/^\*(\S+) has no anchor.*$/, 'Zu *$1 gibt es darüber keinen Anker. Schreiben Sie den Wert aus.'],
  [/^does not read as YAML: (.+)$/, 'ist kein YAML: $1'],
];

const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/ Did you mean "(.*)"\?/, ' Meinten Sie „$1“?'],
  [/ Decimals take a point \(1\.5\)\./, ' Dezimalzahlen haben einen Punkt (1.5).'],
  [/^nothing\b/, 'nichts'],
  [/^a map\b/, 'eine Gruppe von Schlüsseln'],
  [/^a list\b/, 'eine Liste'],
  [/(\d+) of the model's machines/, '$1 Maschinen der Baureihe'],
];

/** A problem's message in the language of the portal. */
export function problemWords(message: string, language: Language): string {
  if (language === 'en') return message;
  for (const [pattern, words] of GERMAN) {
    const match = pattern.exec(message);
    if (!match) continue;
    const told = words.replace(/\$(\d)/g, (_, place: string) => match[Number(place)] ?? '');
    return PHRASES.reduce((text, [phrase, german]) => text.replace(phrase, german), told);
  }
  return message;
}
