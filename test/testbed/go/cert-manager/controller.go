package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/cert-manager/cert-manager/pkg/util"

	_ "github.com/cert-manager/cert-manager/pkg/controller/acmechallenges"
	_ "github.com/cert-manager/cert-manager/pkg/controller/acmeorders"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificate-shim/gateways"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificate-shim/ingresses"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/acme"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/approver"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/ca"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/vault"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/issuing"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/keymanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/metrics"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/readiness"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/requestmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/revisionmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/trigger"
	_ "github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	_ "github.com/cert-manager/cert-manager/pkg/controller/issuers"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/acme"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/vault"
)

const gatewayShim = "gateway-shim"

type controllerFlags struct {
	options            controller.ContextOptions
	metrics            string
	workers            int
	recursiveDNS01Only bool
}

func newController() (program, error) {
	flags := pflag.NewFlagSet("controller", pflag.ContinueOnError)
	parsed := controllerFlags{options: defaults()}
	parsed.bind(flags)
	return program{flags: flags, run: parsed.run}, nil
}

// defaults are upstream's, which stand in a package that needs the Venafi client.
func defaults() controller.ContextOptions {
	return controller.ContextOptions{
		KubernetesAPIQPS:   20,
		KubernetesAPIBurst: 50,
		IssuerOptions:      controller.IssuerOptions{ClusterIssuerAmbientCredentials: true},
		ACMEOptions: controller.ACMEOptions{
			HTTP01SolverImage:                 "quay.io/jetstack/cert-manager-acmesolver:" + util.AppVersion,
			HTTP01SolverResourceRequestCPU:    resource.MustParse("10m"),
			HTTP01SolverResourceRequestMemory: resource.MustParse("64Mi"),
			HTTP01SolverResourceLimitsCPU:     resource.MustParse("100m"),
			HTTP01SolverResourceLimitsMemory:  resource.MustParse("64Mi"),
			ACMEHTTP01SolverRunAsNonRoot:      true,
		},
		IngressShimOptions: controller.IngressShimOptions{
			DefaultIssuerKind:                 "Issuer",
			DefaultIssuerGroup:                "cert-manager.io",
			DefaultAutoCertificateAnnotations: []string{"kubernetes.io/tls-acme"},
		},
		CertificateOptions: controller.CertificateOptions{
			CopiedAnnotationPrefixes: []string{"*", "-kubectl.kubernetes.io/", "-fluxcd.io/", "-argocd.argoproj.io/"},
		},
		SchedulerOptions: controller.SchedulerOptions{MaxConcurrentChallenges: 60},
	}
}

func (f *controllerFlags) bind(flags *pflag.FlagSet) {
	o := &f.options
	flags.StringVar(&o.Kubeconfig, "kubeconfig", "", "kubeconfig of the cluster")
	flags.StringVar(&o.Namespace, "namespace", "", "namespace to watch, all when empty")
	flags.StringVar(&o.ClusterResourceNamespace, "cluster-resource-namespace", "kube-system", "namespace of ClusterIssuers' Secrets")
	flags.BoolVar(&o.EnableOwnerRef, "enable-certificate-owner-ref", false, "delete a Certificate's Secret with it")
	flags.BoolVar(&o.EnableGatewayAPI, "enable-gateway-api", false, "issue for annotated Gateways")
	flags.StringVar(&f.metrics, "metrics-listen-address", "", "host and port of the metrics")
	flags.IntVar(&f.workers, "concurrent-workers", 5, "workers of each controller")
	flags.StringSliceVar(&o.HTTP01SolverNameservers, "acme-http01-solver-nameservers", nil, "name servers of HTTP-01 self checks")
	flags.StringSliceVar(&o.DNS01Nameservers, "dns01-recursive-nameservers", nil, "name servers of DNS-01 self checks")
	flags.BoolVar(&f.recursiveDNS01Only, "dns01-recursive-nameservers-only", false, "never ask authoritative name servers")
	flags.DurationVar(&o.DNS01CheckRetryPeriod, "dns01-check-retry-period", 10*time.Second, "time between self checks")
	flags.DurationVar(&o.CertificateRequestMinimumBackoffDuration, "certificate-request-minimum-backoff-duration", time.Hour, "wait after a failed request")
	flags.DurationVar(&o.CertificateRequestMaximumBackoffDuration, "certificate-request-maximum-backoff-duration", 32*time.Hour, "longest such wait")
}

func (f *controllerFlags) run(ctx context.Context) error {
	f.options.DNS01CheckAuthoritative = !f.recursiveDNS01Only
	factory, err := controller.NewContextFactory(ctx, f.options)
	if err != nil {
		return err
	}
	built, err := factory.Build()
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	if err := serveMetrics(ctx, group, built, f.metrics); err != nil {
		return err
	}
	for name, construct := range controller.Known() {
		// Signing of Kubernetes' own requests is behind a feature gate that is off; the shim needs Gateway API's CRDs.
		if strings.HasPrefix(name, "certificatesigningrequests-") || (name == gatewayShim && !f.options.EnableGatewayAPI) {
			continue
		}
		known, err := construct(factory)
		if err != nil {
			return err
		}
		group.Go(func() error { return known.Run(f.workers, ctx) })
	}
	startInformers(ctx, built, f.options.EnableGatewayAPI)
	return group.Wait()
}

func startInformers(ctx context.Context, built *controller.Context, gateways bool) {
	built.SharedInformerFactory.Start(ctx.Done())
	built.KubeSharedInformerFactory.Start(ctx.Done())
	built.HTTP01ResourceMetadataInformersFactory.Start(ctx.Done())
	if gateways {
		built.GWShared.Start(ctx.Done())
	}
}

func serveMetrics(ctx context.Context, group *errgroup.Group, built *controller.Context, address string) error {
	lists := built.SharedInformerFactory.Certmanager().V1()
	built.Metrics.SetupCertificateCollector(lists.Certificates().Lister())
	built.Metrics.SetupIssuerCollector(lists.Issuers().Lister())
	built.Metrics.SetupClusterIssuerCollector(lists.ClusterIssuers().Lister())
	built.Metrics.SetupACMECollector(built.SharedInformerFactory.Acme().V1().Challenges().Lister())
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := built.Metrics.NewServer(listener)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		return server.Close()
	})
	return nil
}
