import { choice, declareSettings, list, path, text, toggle } from './setting.ts';

const ADDRESS = /^[A-Za-z0-9._-]+:\d{1,5}$/;

/** Where the servers of a cluster are. Every process of it is told the same. */
export const CLUSTER_SETTINGS = declareSettings({
  installation: text({
    doc: 'name of the installation: the prefix of its topics, groups and keys, so that several may share the servers',
    pattern: /^[a-z][a-z0-9-]{0,31}$/,
    allowed: 'lower-case letters, digits and -, from a letter on, at most 32',
    default: 'yujing',
  }),
  brokers: list({
    doc: 'addresses of Kafka brokers to begin with',
    pattern: ADDRESS,
    allowed: 'HOST:PORT with commas between them',
    default: ['127.0.0.1:9092'],
  }),
  brokerTls: toggle({ doc: 'speak TLS with the brokers', default: false }),
  brokerCa: path({
    doc: 'certificates (PEM) that the brokers are checked against; the system’s when not set',
    default: null,
  }),
  brokerCert: path({ doc: 'own certificate (PEM) for brokers that ask for one; with --broker-key', default: null }),
  brokerKey: path({ doc: 'own private key (PEM) for brokers that ask for one', default: null }),
  brokerSasl: choice({
    doc: 'how this process says who it is',
    choices: ['none', 'scram-sha-256', 'scram-sha-512'],
    default: 'none',
  }),
  brokerUser: text({ doc: 'user of SASL', default: null }),
  brokerPassword: text({ doc: 'password of SASL', default: null, secret: true }),
  redis: text({
    doc: 'Redis: redis://[USER:PASSWORD@]HOST:PORT, rediss:// for TLS; several nodes of a cluster or sentinels with commas between them',
    pattern: /^rediss?:\/\/\S+$/,
    allowed: 'redis://HOST:PORT or rediss://HOST:PORT, several with commas between them',
    default: 'redis://127.0.0.1:6379',
    secret: true,
  }),
  redisMode: choice({
    doc: 'what stands at these addresses',
    choices: ['single', 'cluster', 'sentinel'],
    default: 'single',
  }),
  redisMaster: text({ doc: 'with sentinels: the name of the master', default: 'yujing' }),
  redisCa: path({ doc: 'certificates (PEM) that Redis is checked against; the system’s when not set', default: null }),
  redisCert: path({ doc: 'own certificate (PEM) for a Redis that asks for one; with --redis-key', default: null }),
  redisKey: path({ doc: 'own private key (PEM) for a Redis that asks for one', default: null }),
  registry: text({
    doc: 'schema registry, Confluent’s API: http://HOST:PORT/PATH; without one the ids of schemas/ids.json are written',
    pattern: /^https?:\/\/[^\s@]+$/,
    allowed: 'an address that begins with http:// or https://, without user and password',
    default: null,
  }),
  registryUser: text({ doc: 'user of the registry', default: null }),
  registryPassword: text({ doc: 'password of the registry', default: null, secret: true }),
  database: text({
    doc: 'PostgreSQL: postgres://USER:PASSWORD@HOST:PORT/NAME',
    pattern: /^postgres(ql)?:\/\/\S+$/,
    allowed: 'an address that begins with postgres://',
    default: 'postgres://127.0.0.1:5432/yujing',
    secret: true,
  }),
});
