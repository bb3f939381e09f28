import type { ConnectionAnswer } from '#shared/model/api/connection.ts';
import type { Settings } from '#shared/process/settings.ts';

type Given = Pick<Settings, 'mqttUrl' | 'mqttPort' | 'mqttTlsPort' | 'mqttTlsCert' | 'host'>;

/** Where machines reach the broker, as far as the settings say; by TLS where there is both. */
export function brokerAddress(settings: Given): ConnectionAnswer['broker'] {
  const { mqttUrl, mqttPort, mqttTlsPort, mqttTlsCert, host } = settings;
  if (mqttUrl === undefined) {
    const tls = mqttTlsCert !== undefined;
    const port = tls || mqttPort === 'off' ? mqttTlsPort : mqttPort;
    return { host: null, port: port === 0 ? null : port, tls, local: isLoopback(host) };
  }
  const { protocol, hostname, port } = new URL(mqttUrl);
  const tls = protocol === 'mqtts:';
  return { host: hostname, port: port === '' ? (tls ? 8883 : 1883) : Number(port), tls, local: isLoopback(hostname) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
