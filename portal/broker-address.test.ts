import { expect, test } from 'vitest';
import { brokerAddress } from './broker-address.ts';

const EMBEDDED = { mqttUrl: undefined, mqttPort: 1883, mqttTlsPort: 8883, mqttTlsCert: undefined, host: '127.0.0.1' };

test('the embedded broker stands on the computer of the house, and is reached by TLS where it has a certificate', () => {
  expect(brokerAddress(EMBEDDED)).toEqual({ host: null, port: 1883, tls: false, local: true });
  expect(brokerAddress({ ...EMBEDDED, mqttPort: 0, host: '0.0.0.0' })).toMatchObject({ port: null, local: false });
  const withTls = { ...EMBEDDED, mqttPort: 'off' as const, mqttTlsCert: 'a certificate' };
  expect(brokerAddress(withTls)).toMatchObject({ port: 8883, tls: true });
});

test('a broker of its own stands where MQTT_URL says, and no password of the house leaves', () => {
  const named = (mqttUrl: string) => brokerAddress({ ...EMBEDDED, mqttUrl });
  expect(named('mqtt://house:secret@broker.example')).toEqual({
    host: 'broker.example',
    port: 1883,
    tls: false,
    local: false,
  });
  expect(named('mqtts://broker.example')).toMatchObject({ port: 8883, tls: true });
  expect(named('mqtt://localhost:2883')).toMatchObject({ port: 2883, local: true });
});
