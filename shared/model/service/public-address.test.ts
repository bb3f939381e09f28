import { expect, test } from 'vitest';
import { isAddress, isPublicAddress } from './public-address.ts';

test.each([
  '127.0.0.1',
  '127.255.0.9',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '[::1]',
  'fe80::1%eth0',
  'fd00::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:192.168.1.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:db8::1',
  '::127.0.0.1',
  'localhost',
  '1.2.3',
  '999.1.1.1',
])('%s is none of the public internet', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  '8.8.8.8',
  '172.32.0.1',
  '172.15.0.1',
  '100.128.0.1',
  '193.168.1.1',
  '2a00:1450:4001::1',
  '[2606:4700::1111]',
  '::ffff:8.8.8.8',
])('%s is', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test('a name is no address', () => {
  expect(['erp.example.com', '10.0.0.1', '[::1]'].map(isAddress)).toEqual([false, true, true]);
});
