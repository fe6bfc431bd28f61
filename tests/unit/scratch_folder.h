/*
 * scratch_folder.h - an empty folder that is the working directory of a test and removed after it.
 */
#ifndef IMGTOP_TESTS_SCRATCH_FOLDER_H
#define IMGTOP_TESTS_SCRATCH_FOLDER_H

enum { SCRATCH_FOLDER_BYTES = 64 };

/* Make one and enter it. Returns 0, or -1 for cmocka. */
int scratch_folder_enter(char path[SCRATCH_FOLDER_BYTES]);

/* Leave it and remove it with all that is in it. */
int scratch_folder_leave(const char *path);

#endif
