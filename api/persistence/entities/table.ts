import { EntitySchema, EntitySchemaOptions } from 'typeorm';

type TableOptions<Row> = { [Key in keyof EntitySchemaOptions<Row>]: EntitySchemaOptions<Row>[Key] };

/** Describes a table to TypeORM without decorators. Every name in the database is given, none is derived. */
export function table<Row>(options: TableOptions<Row>): EntitySchema<Row> {
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Row>(), options));
}
