/*
 * tether.h - the words between front and supervisor (floor: engine).
 */
#ifndef IMGTOP_ENGINE_TETHER_H
#define IMGTOP_ENGINE_TETHER_H

enum {
	/* to the supervisor: one byte each */
	TETHER_INT = 'I',
	TETHER_TERM = 'T',
	TETHER_HUP = 'H',
	TETHER_DETACH = 'D',
	TETHER_ALONE =
		'A',	   /* nobody watches a screen: end a run that hangs, when that was asked for
			    */
	TETHER_SEEN = 'S', /* the page is open: it may lose its name */
	/* to the front: a byte and text */
	TETHER_PAGE = 'P',    /* path of the page, which now exists */
	TETHER_REFUSED = 'R', /* sentence */
	TETHER_MESSAGE_BYTES = 4400,
};

#endif
