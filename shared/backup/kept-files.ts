/** The small files of DATA_DIR that belong to a backup: how far the writer has come, and what the house made up for itself. */
export const KEPT_FILES = ['writer.json', 'machine-key', 'mqtt-password', 'demo-password'] as const;
