// Loads docker-compose.yml with docker compose's own library and prints what it resolves to as JSON.
//
//	go run . FILE [NAME=value...]
//
// Variables come from the arguments only, never from the environment or a .env file of whoever runs it, so that the
// same file and arguments always give the same project. All profiles are loaded.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file string, variables []string) error {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithEnv(variables), cli.WithProfiles([]string{"*"}))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	resolved, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(resolved)
	return err
}
