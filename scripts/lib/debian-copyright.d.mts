export declare function licenceOf(copyright: string, path: string): string | undefined;
export declare function isFreeLicence(licence: string | undefined): boolean;
