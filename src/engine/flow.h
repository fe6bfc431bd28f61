/*
 * flow.h - what goes where between hosts: queues, credits, arena slots, memory (floor: engine).
 */
#ifndef IMGTOP_ENGINE_FLOW_H
#define IMGTOP_ENGINE_FLOW_H

#include "engine/supervisor_private.h"

/* Append an item to a group's queue; flow_push_front puts it first. The row belongs to no host
 * then. */
void flow_push(struct supervisor *sup, struct entry *entry, unsigned group);

/* End the entry's lease: it leaves its queue and its host, its slot goes back, its memory is
 * released. */
void flow_release(struct supervisor *sup, struct entry *entry);

/* An item starts again at station one (alone: in a host of its own). */
void flow_restart(struct supervisor *sup, struct entry *entry, bool alone);

/* What hosts report. -1: nonsense; the host is to be killed. */
int flow_taken(struct supervisor *sup, struct remote *host, uint64_t job);
int flow_returned(struct supervisor *sup, struct remote *host, uint64_t job);
int flow_handed(struct supervisor *sup, struct remote *host, const struct record_handed *handed);
int flow_wants_memory(struct supervisor *sup, struct remote *host, uint64_t job, uint64_t bytes);

/* The host has used a credit that it had. */
void flow_credit_used(struct remote *host);

/* A slot that a completion brought back. */
void flow_slot_back(struct supervisor *sup, uint32_t slot);

/* The host died: its slots and credits go back (its jobs are settled before, one by one). */
void flow_host_gone(struct supervisor *sup, struct remote *host);

/* Once per turn: send jobs where workers want them, grant credits, slots and memory. */
void flow_turn(struct supervisor *sup);

/* Its parts, in flow_grants.c. */
void flow_grant_credits(struct supervisor *sup, unsigned group);
void flow_reclaim_credits(struct supervisor *sup, unsigned group);
void flow_grant_slots(struct supervisor *sup);
void flow_admit(struct supervisor *sup);

/* Take an entry out of a list. */
void flow_unlink(struct entry **first, struct entry **last, struct entry *entry);

/* Measure service times and choose batch sizes; a few times a second. */
void flow_measure(struct supervisor *sup, uint64_t now_ns);

/* Slots that the plan can make use of, and the share of a host of the first group. */
unsigned flow_slots_needed(const struct supervisor *sup, const unsigned *capacities);

void flow_set_capacity(struct supervisor *sup, unsigned group, unsigned capacity);

/* Publish the queues' counters that have changed. */
void flow_publish(struct supervisor *sup);

#endif
