export { registryOptions, type RegistryOptions } from './options.ts';
export { registerSchemas, type RegisteredSchema } from './register.ts';
export { openRegistryCodec, type RegistryCodec } from './registry-codec.ts';
export { withSchemas } from './with-schemas.ts';
