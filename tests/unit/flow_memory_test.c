/*
 * flow_memory_test.c - who is admitted by the memory brake, and when, without a process.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/flow.h"
#include "tests/unit/flow_fixture.h"

/* Three workers with an item each; the budget is 1000, of which half is for those who ask. */
static struct peer *three_items_in_hand(struct flow *flow)
{
	struct peer *host = flow_add_host(flow, 0, 3);

	flow_run_turn(flow);
	for (int i = 0; i < 3; i++)
		flow_emit(flow);
	for (int i = 0; i < 6; i++) {
		flow_run_turn(flow);
		flow_take(host);
	}
	flow_run_turn(flow);
	assert_int_equal(host->nhand, 3);
	return host;
}

static void one_item_is_always_admitted_however_large(void **state)
{
	struct flow *flow = flow_new(1, (unsigned[]){64}, 8);
	struct peer *host = three_items_in_hand(flow);

	(void)state;
	flow_want_memory(host, host->hand[0]->id, UINT64_MAX);
	flow_want_memory(host, host->hand[1]->id, 1);
	flow_run_turn(flow);
	assert_int_equal(host->nadmitted, 1);
	assert_int_equal(host->admitted[0], host->hand[0]->id);
	flow_finish(flow, host);
	flow_run_turn(flow);
	assert_int_equal(host->nadmitted, 2);
	assert_int_equal(flow->sup->memory_admitted, 1);
	flow_finish(flow, host);
	flow_finish(flow, host);
	flow_run_turn(flow);
	assert_int_equal(flow->sup->memory_admitted, 0);
	assert_int_equal(flow->sup->memory_admissions, 0);
	flow_free(flow);
}

static void more_are_admitted_while_half_of_the_budget_holds_them(void **state)
{
	struct flow *flow = flow_new(1, (unsigned[]){64}, 8);
	struct peer *host = three_items_in_hand(flow);

	(void)state;
	for (int i = 0; i < 3; i++)
		flow_want_memory(host, host->hand[i]->id, 250);
	flow_run_turn(flow);
	assert_int_equal(host->nadmitted, 2);
	assert_int_equal(flow->sup->memory_admitted, 500);
	assert_int_equal(flow->sup->memory_waiting, 1);
	flow_free(flow);
}

static void a_large_item_is_not_passed_by_younger_small_ones(void **state)
{
	struct flow *flow = flow_new(1, (unsigned[]){64}, 8);
	struct peer *host = three_items_in_hand(flow);

	(void)state;
	flow_want_memory(host, host->hand[0]->id, 100);
	flow_run_turn(flow);
	flow_want_memory(host, host->hand[1]->id, 450);
	flow_want_memory(host, host->hand[2]->id, 100);
	flow_run_turn(flow);
	assert_int_equal(host->nadmitted, 1);
	flow_finish(flow, host);
	flow_run_turn(flow);
	assert_int_equal(host->nadmitted, 2);
	assert_int_equal(host->admitted[1], host->hand[0]->id);
	flow_free(flow);
}

static void an_item_that_asks_again_is_counted_once_and_never_waits(void **state)
{
	struct flow *flow = flow_new(1, (unsigned[]){64}, 8);
	struct peer *host = three_items_in_hand(flow);

	(void)state;
	flow_want_memory(host, host->hand[0]->id, 400);
	flow_run_turn(flow);
	flow_want_memory(host, host->hand[0]->id, 600);
	flow_run_turn(flow);
	flow_want_memory(host, host->hand[0]->id, 10);
	flow_run_turn(flow);
	assert_int_equal(host->nadmitted, 3);
	assert_int_equal(flow->sup->memory_admitted, 600);
	assert_int_equal(flow->sup->memory_admissions, 1);
	flow_finish(flow, host);
	flow_run_turn(flow);
	assert_int_equal(flow->sup->memory_admissions, 0);
	assert_int_equal(flow->sup->memory_admitted, 0);
	flow_free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_item_is_always_admitted_however_large),
		cmocka_unit_test(more_are_admitted_while_half_of_the_budget_holds_them),
		cmocka_unit_test(a_large_item_is_not_passed_by_younger_small_ones),
		cmocka_unit_test(an_item_that_asks_again_is_counted_once_and_never_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
