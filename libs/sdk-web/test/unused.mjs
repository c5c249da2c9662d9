import '@guidon/web';

export const nothing = 0;
