/*
 * takeout_folder.h - what the names of folders and of their own JSON files say, in the languages
 * that Takeout speaks (floor: media).
 *
 * Names are compared in normal form C and without regard to case.
 */
#ifndef IMGTOP_MEDIA_TAKEOUT_FOLDER_H
#define IMGTOP_MEDIA_TAKEOUT_FOLDER_H

#include <stdbool.h>

/* The year of "Photos from 2019", "Fotos von 2019", ...: the folder of all that was taken in a
 * year. 0: it is another folder. */
int takeout_year_folder(const char *name);

/* Is this the name of a JSON that tells of an album or of the library ("metadata.json",
 * "Metadaten.json", "metadata(1).json", "print-subscriptions.json", ...) rather than of a file? A
 * photograph may be called the same: the content decides. */
bool takeout_album_json(const char *name);

#endif
