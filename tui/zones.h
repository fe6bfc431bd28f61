/*
 * zones.h - what a click at a place of the screen means (floor: tui).
 *
 * Whoever draws something that can be clicked on says so while it is drawn; the list lives and is
 * cleared with the canvas. Where zones overlap the one that was added last counts.
 */
#ifndef IMGTOP_TUI_ZONES_H
#define IMGTOP_TUI_ZONES_H

enum zone_kind {
	ZONE_NOTHING,
	ZONE_KEY,  /* value: the key that the click stands for */
	ZONE_TAB,  /* value: enum screen_index */
	ZONE_ROW,  /* value: a row of the screen's list */
	ZONE_SORT, /* a heading; value: what the column sorts by */
	ZONE_LIST, /* value: a choice of the list beside the form */
	ZONE_ITEM, /* value: an item of the open dialog */
};

struct zone {
	enum zone_kind kind;
	int value;
	int row;
	int column;
	int width;
};

enum { ZONES = 320 };

struct zones {
	int count;
	struct zone zone[ZONES];
};

/* Add one; what is beyond ZONES cannot be clicked on. */
void zones_add(struct zones *zones, const struct zone *zone);

/* What lies there; NULL when nothing does. */
const struct zone *zones_at(const struct zones *zones, int row, int column);

#endif
