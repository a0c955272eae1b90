import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly responses: Readonly<Record<string, { readonly content?: object }>> }>>
    >
  >;
}

function pointer(...parts: string[]): string {
  return parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
}

/** Checks answers against the API's own document: what is not described may not be said. */
export class Contract {
  readonly #document: Document;
  readonly #ajv: Ajv;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: object) {
    this.#document = document as Document;
    this.#ajv = new Ajv({ allErrors: true, strict: false });
    this.#ajv.addSchema(this.#document as AnySchema, 'api');
  }

  component(name: string): ValidateFunction {
    return this.#compiled(pointer('components', 'schemas', name));
  }

  #compiled(where: string): ValidateFunction {
    const known = this.#validators.get(where);
    if (known !== undefined) return known;
    const made = this.#ajv.compile({ $ref: `api#/${where}` });
    this.#validators.set(where, made);
    return made;
  }

  #pathOf(path: string): string | undefined {
    if (this.#document.paths[path] !== undefined) return path;
    return Object.keys(this.#document.paths).find((known) =>
      new RegExp(`^${known.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
  }

  /** what is wrong with an answer; undefined: nothing */
  check(method: string, url: string, status: number, body: unknown): string | undefined {
    const path = this.#pathOf(url.split('?', 1)[0] ?? '');
    const lower = method.toLowerCase();
    const response = path === undefined ? undefined : this.#document.paths[path]?.[lower]?.responses[status];
    if (path === undefined || this.#document.paths[path]?.[lower] === undefined) return undefined;
    if (response === undefined) return `${method} ${path} answers ${status}, which is not described`;
    const mediaType = Object.keys(response.content ?? {})[0];
    if (mediaType === undefined) return undefined;
    const where = pointer('paths', path, lower, 'responses', String(status), 'content', mediaType, 'schema');
    const validate = this.#compiled(where);
    return validate(body) ? undefined : `${method} ${path} ${status}: ${this.#ajv.errorsText(validate.errors)}`;
  }
}
