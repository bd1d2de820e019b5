// The three programs of cert-manager in one: upstream's own mains are modules that can't be had by version.
// Flags have upstream's names; what needs the Venafi client is left out, as its module can't be had either.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/pflag"

	logf "github.com/cert-manager/cert-manager/pkg/logs"
)

type program struct {
	flags *pflag.FlagSet
	run   func(ctx context.Context) error
}

var programs = map[string]func() (program, error){
	"controller": newController,
	"webhook":    newWebhook,
	"cainjector": newCAInjector,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cert-manager:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 || programs[args[0]] == nil {
		return fmt.Errorf("usage: cert-manager controller|webhook|cainjector FLAGS")
	}
	program, err := programs[args[0]]()
	if err != nil {
		return err
	}
	if err := program.flags.Parse(args[1:]); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return program.run(logf.NewContext(ctx, logf.Log, args[0]))
}
