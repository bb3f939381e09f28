/** What a rule can name, for who writes one: names, units, tolerances and overrides in one answer. */
import { PlantAnswer } from '#shared/model/api/rule.ts';
import type { Machine } from '#shared/model/plant.ts';
import type { Catalogue } from '../catalogue.ts';
import { type Route, route } from '../route.ts';

export function plantRoute({ catalogue }: { readonly catalogue: Catalogue }): Route {
  return route({
    method: 'get',
    path: '/plant',
    may: 'rule.see',
    summary: 'What a rule can name: models with components and sensors, and machines with what they override',
    answer: PlantAnswer,
    act: async () => {
      const { version, plant } = await catalogue.now();
      const { models, machines, customers } = plant.plant;
      return { version, models: [...models], machines: machines.map(presentMachine), customers: [...customers] };
    },
  });
}

type Item = PlantAnswer['machines'][number];

function presentMachine({ id, name, model, customer, site, reference, sensors }: Machine): Item {
  return {
    id,
    model,
    customer,
    ...(name === undefined ? {} : { name }),
    ...(site === undefined ? {} : { site }),
    ...(reference === undefined ? {} : { reference }),
    ...(sensors === undefined ? {} : { sensors }),
  };
}
