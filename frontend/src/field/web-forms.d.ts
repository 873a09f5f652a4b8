/** The package comes without types of its own. */

export const OdkWebForm: import("vue").Component;
export const webFormsPlugin: import("vue").Plugin;
