/** A small plant with two customers, and one person of every role. */
import type { Role } from '#shared/model/access.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rulebook } from '#shared/model/rule.ts';

export const PLANT: Plant = {
  version: 1,
  customers: [
    { id: 'muster-ag', name: 'Muster Präzision AG', tier: 'premium' },
    { id: 'beta-gmbh', name: 'Beta Guss GmbH', tier: 'standard' },
  ],
  models: [
    {
      id: 'sp-200',
      name: 'Spindelpresse SP-200',
      components: [
        { id: 'spindle', name: { de: 'Spindel', en: 'Spindle' } },
        { id: 'spindle-bearing', parent: 'spindle', name: { de: 'Spindellager', en: 'Spindle bearing' } },
        { id: 'hydraulics', name: { de: 'Hydraulik', en: 'Hydraulics' } },
      ],
      sensors: [
        {
          id: 'bearing-temp',
          component: 'spindle-bearing',
          name: { de: 'Lagertemperatur', en: 'Bearing temperature' },
          quantity: 'temperature',
          unit: '°C',
          nominal: 60,
          tolerance: { low: 40, high: 80 },
          range: { low: -40, high: 250 },
          every: '10s',
        },
        { id: 'oil-pressure', component: 'hydraulics', unit: 'bar', tolerance: { low: 3, high: 6 } },
        { id: 'half-pressure', component: 'hydraulics', unit: 'bar', formula: 'p / 2', inputs: { p: 'oil-pressure' } },
      ],
    },
  ],
  machines: [
    {
      id: 'press-1',
      name: 'Presse Eins',
      model: 'sp-200',
      customer: 'muster-ag',
      site: 'Werk Bielefeld',
      reference: true,
    },
    { id: 'press-2', name: { de: 'Presse Zwei', en: 'Press Two' }, model: 'sp-200', customer: 'muster-ag' },
    {
      id: 'press-3',
      model: 'sp-200',
      customer: 'muster-ag',
      sensors: [{ id: 'bearing-temp', tolerance: { high: 85 } }],
    },
    { id: 'guss-1', name: 'Gusspresse', model: 'sp-200', customer: 'beta-gmbh', site: 'Halle 4' },
  ],
};

export const RULES: Rulebook = {
  version: 1,
  rules: [
    {
      id: 'spindle-bearing-hot',
      title: { de: 'Lagertemperatur außerhalb der Toleranz', en: 'Bearing temperature outside tolerance' },
      applies: { model: 'sp-200' },
      when: { sensor: 'bearing-temp', outside: '20%' },
      for: '5m',
      severity: 'danger',
      endangers: 'spindle-bearing',
      advice: 'Schmierung prüfen.',
    },
    { id: 'oil-low', when: { sensor: 'oil-pressure', below: 2.5 }, severity: 'warning' },
    { id: 'oil-trial', mode: 'pilot', when: { sensor: 'oil-pressure', above: 5.5 }, severity: 'notice' },
  ],
};

export const PASSWORD = 'correct horse battery';

export interface TestPerson {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly customer?: string;
  readonly assigned?: readonly string[];
}

/** Log-in names are roles; `customer-b` and `partner-b` belong to the other customer. */
export const PEOPLE: readonly TestPerson[] = [
  { login: 'technician', name: 'Tina Technik', role: 'technician' },
  { login: 'account-manager', name: 'Armin Kunde', role: 'account-manager' },
  { login: 'lead', name: 'Lena Leitung', role: 'lead' },
  { login: 'integrator', name: 'Ingo Anbindung', role: 'integrator' },
  { login: 'admin', name: 'Ada Admin', role: 'admin' },
  { login: 'customer', name: 'Kai Muster', role: 'customer', customer: 'muster-ag' },
  { login: 'partner', name: 'Petra Partner', role: 'partner', assigned: ['muster-ag'] },
  { login: 'customer-b', name: 'Bea Guss', role: 'customer', customer: 'beta-gmbh' },
  { login: 'partner-b', name: 'Paul Guss', role: 'partner', assigned: ['beta-gmbh'] },
];
