/** The house of the demo. It takes most of a minute until there is something to see on every screen: all stories share one. */
import { afterAll, beforeAll } from 'vitest';
import { type Screen, screensOf } from './screens.ts';
import { raise, type Stage } from './stage.ts';

export let stage: Stage;
export let screens: readonly Screen[];

beforeAll(async () => {
  stage = await raise({ DEMO: 'on' });
  screens = await screensOf(stage);
}, 300_000);
afterAll(() => stage?.stop());
