package main

import (
	"fmt"
	"strings"
)

// problem is a mistake in the environment, said so that it can be mended: what it is with the value quoted, why it matters,
// what to do. The code is stable.
type problem struct {
	code, what, why, remedy string
}

func (p problem) String() string {
	return fmt.Sprintf("%s: %s\n  why   %s\n  do    %s\n", p.code, p.what, p.why, p.remedy)
}

// problems is an error that says all of them at once, so that nobody has to mend them one by one.
type problems []problem

func (p problems) Error() string {
	var text strings.Builder
	for _, each := range p {
		text.WriteString(each.String())
	}
	return strings.TrimSuffix(text.String(), "\n")
}
