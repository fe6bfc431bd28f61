/*
 * hash.h - a number for bytes, to tell things apart (floor: base). FNV-1a of 64 bits (Fowler, Noll,
 * Vo): for what nobody forges.
 */
#ifndef IMGTOP_BASE_HASH_H
#define IMGTOP_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Of no bytes. */
#define HASH_NONE UINT64_C(0xcbf29ce484222325)

/* The same with these bytes behind what it was made of. */
uint64_t hash_add(uint64_t hash, const void *bytes, size_t length);

#endif
