/*
 * facts.h - what a media file tells of itself (floor: media).
 *
 * Plain data without pointers, so that it may be copied into a message. A field that the file does
 * not tell, or not credibly, is absent: 0, "" or its `has_` false. Damage costs fields; it is never
 * an error.
 */
#ifndef IMGTOP_MEDIA_FACTS_H
#define IMGTOP_MEDIA_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FACTS_NAME_BYTES = 64,
	FACTS_SUBSEC_BYTES = 10,
	FACTS_NOTE_BYTES = 120,
	FACTS_TIME_BYTES = 24,
};

enum facts_time_source {
	FACTS_TIME_NONE,
	FACTS_TIME_EXIF,  /* DateTimeOriginal: local_s; utc_s too when there is an offset */
	FACTS_TIME_MOVIE, /* mvhd of MP4 and MOV: utc_s alone, the local time is not known */
};

/* When it was taken. */
struct facts_time {
	enum facts_time_source source;
	bool has_local;
	bool has_offset;
	bool has_utc;
	int64_t local_s; /* the clock on the wall, as seconds since 1970 as if it were UTC */
	int64_t utc_s;	 /* seconds since 1970 */
	int offset_min;	 /* local - UTC, -720..840 */
	char subsec[FACTS_SUBSEC_BYTES]; /* decimals of the second as written: "083"; "" = none */
};

struct facts {
	uint32_t width; /* as stored, before turning */
	uint32_t height;
	unsigned orientation;	     /* 1..8, 0 = the file does not say */
	char make[FACTS_NAME_BYTES]; /* valid UTF-8 of printable characters, trimmed */
	char model[FACTS_NAME_BYTES];
	struct facts_time taken;
	bool has_place;
	bool has_altitude;
	double latitude; /* degrees, north and east positive */
	double longitude;
	double altitude_m; /* above the sea */
	/* "" or a sentence: what was damaged and is therefore absent */
	char note[FACTS_NOTE_BYTES];
	/* The note is not about the file: this imgtop cannot read its kind. */
	bool unread;
};

/* "2021-07-04 12:30:05" of seconds since 1970 (years 0 to 9999), for local and UTC times. */
void facts_time_text(int64_t seconds, char text[FACTS_TIME_BYTES]);

#endif
