// Vault with what an issuer needs and nothing else: PKI, AppRole, storage in memory. Upstream's whole program can't be
// built from published modules.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/vault/builtin/credential/approle"
	"github.com/hashicorp/vault/builtin/logical/pki"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/internalshared/configutil"
	"github.com/hashicorp/vault/sdk/helper/consts"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/inmem"
	"github.com/hashicorp/vault/vault"
)

// registry tells the core that its backends are not external plugins; without one the first mount panics.
type registry struct{}

func (registry) Contains(name string, kind consts.PluginType) bool {
	return (name == "pki" && kind == consts.PluginTypeSecrets) || (name == "approle" && kind == consts.PluginTypeCredential)
}

func (registry) Get(name string, kind consts.PluginType) (func() (interface{}, error), bool) {
	factories := map[string]logical.Factory{"pki": pki.Factory, "approle": approle.Factory}
	if !(registry{}).Contains(name, kind) {
		return nil, false
	}
	return func() (interface{}, error) { return factories[name], nil }, true
}

func (registry) Keys(kind consts.PluginType) []string {
	switch kind {
	case consts.PluginTypeSecrets:
		return []string{"pki"}
	case consts.PluginTypeCredential:
		return []string{"approle"}
	}
	return nil
}

func (registry) DeprecationStatus(string, consts.PluginType) (consts.DeprecationStatus, bool) {
	return consts.Supported, true
}

func (r registry) IsBuiltinEntPlugin(string, consts.PluginType) bool { return false }

func main() {
	address := flag.String("address", "", "host and port to serve plain HTTP on")
	tokenFile := flag.String("token-file", "", "file that gets the root token")
	flag.Parse()
	if err := serve(*address, *tokenFile); err != nil {
		log.Fatal("vault: ", err)
	}
}

func serve(address, tokenFile string) error {
	core, token, err := unsealed()
	if err != nil {
		return err
	}
	if err := os.WriteFile(tokenFile, []byte(token), 0o600); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	properties := &vault.HandlerProperties{Core: core, ListenerConfig: &configutil.Listener{Address: address}}
	return http.Serve(listener, vaulthttp.Handler.Handler(properties))
}

// unsealed gives a core that is ready for requests, and its root token.
func unsealed() (*vault.Core, string, error) {
	logger := hclog.New(&hclog.LoggerOptions{Name: "vault", Level: hclog.Info})
	storage, err := inmem.NewInmem(nil, logger)
	if err != nil {
		return nil, "", err
	}
	core, err := vault.NewCore(&vault.CoreConfig{
		Physical:           storage,
		Logger:             logger,
		DisableMlock:       true,
		BuiltinRegistry:    registry{},
		LogicalBackends:    map[string]logical.Factory{"pki": pki.Factory},
		CredentialBackends: map[string]logical.Factory{"approle": approle.Factory},
	})
	if err != nil {
		return nil, "", err
	}
	result, err := core.Initialize(context.Background(), &vault.InitParams{
		BarrierConfig:  &vault.SealConfig{SecretShares: 1, SecretThreshold: 1},
		RecoveryConfig: &vault.SealConfig{},
	})
	if err != nil {
		return nil, "", err
	}
	if _, err := core.Unseal(result.SecretShares[0]); err != nil {
		return nil, "", err
	}
	return core, result.RootToken, nil
}
