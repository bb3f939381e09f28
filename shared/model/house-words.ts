/** What stands still in the house, in words: what that means, what still works, what to do. */
import type { Trouble } from './house.ts';
import type { Text } from './text.ts';

interface TroubleWords {
  readonly title: Text;
  readonly effect: Text;
  readonly works: Text;
  readonly mend: Text;
}

export const TROUBLE_WORDS: Readonly<Record<Trouble, TroubleWords>> = {
  ingest: {
    title: { de: 'Der Empfang (Ingest) steht still', en: 'Receiving (ingest) stands still' },
    effect: {
      de: 'Es kommen keine Messwerte an. Der Broker bewahrt auf, was Maschinen ihm senden.',
      en: 'No readings arrive. The broker keeps what machines send to it.',
    },
    works: {
      de: 'Portal, Servicefälle und alles, was schon gespeichert ist.',
      en: 'The portal, service cases and everything stored so far.',
    },
    mend: {
      de: 'Prüfen Sie, warum der Prozess „ingest“ endete oder hängt, und starten Sie ihn neu.',
      en: 'See why the process "ingest" ended or hangs, and start it again.',
    },
  },
  broker: {
    title: { de: 'Vom Broker kommt nichts zurück', en: 'Nothing comes back from the broker' },
    effect: { de: 'Es kommen keine Messwerte an.', en: 'No readings arrive.' },
    works: {
      de: 'Portal, Servicefälle und alles, was schon gespeichert ist.',
      en: 'The portal, service cases and everything stored so far.',
    },
    mend: {
      de: 'Prüfen Sie, ob der Broker läuft und erreichbar ist und ob der Benutzer des Hauses unter seinem Präfix senden und abonnieren darf.',
      en: "See that the broker runs and can be reached, and that the house's user may publish and subscribe below its prefix.",
    },
  },
  journal: {
    title: { de: 'Das Journal nimmt nichts an', en: 'The journal takes nothing' },
    effect: {
      de: 'Nachrichten werden nicht bestätigt. Sie warten beim Broker und bei den Maschinen.',
      en: 'Messages are not acknowledged. They wait at the broker and at the machines.',
    },
    works: {
      de: 'Portal, Servicefälle und alles, was schon gespeichert ist.',
      en: 'The portal, service cases and everything stored so far.',
    },
    mend: {
      de: 'Prüfen Sie den Datenträger von DATA_DIR und JOURNAL_LIMIT_MB.',
      en: 'See the disk of DATA_DIR, and JOURNAL_LIMIT_MB.',
    },
  },
  writer: {
    title: { de: 'Messwerte werden nicht gespeichert', en: 'Readings are not stored' },
    effect: {
      de: 'Verläufe enden. Messwerte warten im Journal und werden nachgeholt.',
      en: 'Courses end. Readings wait in the journal and are made up for.',
    },
    works: {
      de: 'Empfang, Regeln, Meldungen, Servicefälle und aktuelle Werte.',
      en: 'Receiving, rules, alarms, service cases and current values.',
    },
    mend: {
      de: 'Prüfen Sie, ob InfluxDB läuft, erreichbar ist und Platz hat.',
      en: 'See that InfluxDB runs, can be reached and has room.',
    },
  },
  rules: {
    title: { de: 'Die Regeln stehen still', en: 'The rules stand still' },
    effect: {
      de: 'Es entstehen keine neuen Meldungen und Servicefälle. Sie werden nachgeholt.',
      en: 'No new alarms and service cases come about. They are made up for.',
    },
    works: {
      de: 'Empfang, Speichern, Verläufe und die Arbeit an offenen Servicefällen.',
      en: 'Receiving, storing, courses and work on open service cases.',
    },
    mend: {
      de: 'Prüfen Sie, warum der Prozess „rules“ endete oder hängt, und starten Sie ihn neu.',
      en: 'See why the process "rules" ended or hangs, and start it again.',
    },
  },
  portal: {
    title: { de: 'Das Portal steht still', en: 'The portal stands still' },
    effect: {
      de: 'Niemand kann das Portal benutzen, oder es zeigt keine aktuellen Werte.',
      en: 'Nobody can use the portal, or it shows no current values.',
    },
    works: {
      de: 'Empfang, Speichern, Regeln und Benachrichtigungen.',
      en: 'Receiving, storing, rules and notifications.',
    },
    mend: {
      de: 'Prüfen Sie, warum der Prozess „portal“ endete oder hängt, und starten Sie ihn neu.',
      en: 'See why the process "portal" ended or hangs, and start it again.',
    },
  },
};
