/** Stories that only look at the demo: nothing they do is seen by the next one, so one house is enough for all. */
import { vi } from 'vitest';
import { TEST_MS } from './stage.ts';
import './roles.ts';
import './looks.ts';

vi.setConfig({ testTimeout: TEST_MS });
