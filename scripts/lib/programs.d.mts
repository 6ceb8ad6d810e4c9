/** Paths of the programs, from the project's folder. */
export declare const PROGRAMS: readonly string[];
/** The folder of their bundles, built where a source has changed. */
export declare function builtPrograms(): Promise<string>;
