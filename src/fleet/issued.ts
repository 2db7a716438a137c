/** Of signed timestamp metadata, beside what TUF has there: when it was signed, as ISO 8601. Other clients pass over it. */
export const issuedField = 'x-tagalong-issued';
