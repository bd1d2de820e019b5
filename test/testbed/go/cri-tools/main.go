// A container runtime that runs nothing: the static Pods of the bed's node, which its supervisor runs as plain
// processes, seen through the CRI. A sandbox that is stopped ends its process; the supervisor, which plays the kubelet,
// starts another one, which is a sandbox of its own.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// server answers what crictl asks; everything else is not implemented.
type server struct {
	runtime.UnimplementedRuntimeServiceServer
	runtime.UnimplementedImageServiceServer
	// Folder with one file NAME.pid for each process that runs.
	pids string
	// Folder of manifests: what has one is a static Pod.
	manifests string
	node      string
}

// pod is one run of a static Pod.
type pod struct {
	name    string
	pid     int
	started time.Time
}

func (s *server) pods() []pod {
	found, _ := filepath.Glob(filepath.Join(s.manifests, "*.yaml"))
	pods := []pod{}
	for _, manifest := range found {
		name := strings.TrimSuffix(filepath.Base(manifest), ".yaml")
		file := filepath.Join(s.pids, name+".pid")
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
		info, missing := os.Stat(file)
		if err == nil && missing == nil && syscall.Kill(pid, 0) == nil {
			pods = append(pods, pod{name, pid, info.ModTime()})
		}
	}
	return pods
}

func id(kind string, p pod) string {
	sum := sha256.Sum256([]byte(fmt.Sprint(kind, p.name, p.pid)))
	return hex.EncodeToString(sum[:])
}

func (s *server) labels(p pod) map[string]string {
	return map[string]string{
		"io.kubernetes.pod.name":      p.name + "-" + s.node,
		"io.kubernetes.pod.namespace": "kube-system",
		"io.kubernetes.pod.uid":       id("uid", pod{name: p.name})[:32],
	}
}

func (s *server) sandbox(p pod) *runtime.PodSandbox {
	labels := s.labels(p)
	return &runtime.PodSandbox{
		Id: id("sandbox", p),
		Metadata: &runtime.PodSandboxMetadata{
			Name:      labels["io.kubernetes.pod.name"],
			Namespace: labels["io.kubernetes.pod.namespace"],
			Uid:       labels["io.kubernetes.pod.uid"],
		},
		State:       runtime.PodSandboxState_SANDBOX_READY,
		CreatedAt:   p.started.UnixNano(),
		Labels:      labels,
		Annotations: map[string]string{"kubernetes.io/config.source": "file"},
	}
}

func (s *server) Version(context.Context, *runtime.VersionRequest) (*runtime.VersionResponse, error) {
	return &runtime.VersionResponse{
		Version: "0.1.0", RuntimeName: "bed", RuntimeVersion: "1", RuntimeApiVersion: "v1",
	}, nil
}

// ImageFsInfo is what crictl asks first, to see that images are served too.
func (s *server) ImageFsInfo(context.Context, *runtime.ImageFsInfoRequest) (*runtime.ImageFsInfoResponse, error) {
	return &runtime.ImageFsInfoResponse{}, nil
}

func (s *server) ListPodSandbox(_ context.Context, r *runtime.ListPodSandboxRequest) (*runtime.ListPodSandboxResponse, error) {
	answer := &runtime.ListPodSandboxResponse{}
	state := r.GetFilter().GetState()
	for _, p := range s.pods() {
		if state == nil || state.State == runtime.PodSandboxState_SANDBOX_READY {
			answer.Items = append(answer.Items, s.sandbox(p))
		}
	}
	return answer, nil
}

func (s *server) ListContainers(_ context.Context, r *runtime.ListContainersRequest) (*runtime.ListContainersResponse, error) {
	answer := &runtime.ListContainersResponse{}
	state := r.GetFilter().GetState()
	if state != nil && state.State != runtime.ContainerState_CONTAINER_RUNNING {
		return answer, nil
	}
	for _, p := range s.pods() {
		labels := s.labels(p)
		labels["io.kubernetes.container.name"] = p.name
		image := &runtime.ImageSpec{Image: "registry.k8s.io/" + p.name}
		answer.Containers = append(answer.Containers, &runtime.Container{
			Id:           id("container", p),
			PodSandboxId: id("sandbox", p),
			Metadata:     &runtime.ContainerMetadata{Name: p.name},
			Image:        image,
			ImageRef:     image.Image,
			State:        runtime.ContainerState_CONTAINER_RUNNING,
			CreatedAt:    p.started.UnixNano(),
			Labels:       labels,
		})
	}
	return answer, nil
}

func (s *server) PodSandboxStatus(_ context.Context, r *runtime.PodSandboxStatusRequest) (*runtime.PodSandboxStatusResponse, error) {
	for _, p := range s.pods() {
		if one := s.sandbox(p); one.Id == r.PodSandboxId {
			return &runtime.PodSandboxStatusResponse{Status: &runtime.PodSandboxStatus{
				Id: one.Id, Metadata: one.Metadata, State: one.State, CreatedAt: one.CreatedAt, Labels: one.Labels,
			}}, nil
		}
	}
	return nil, status.Errorf(codes.NotFound, "no sandbox %s", r.PodSandboxId)
}

// StopPodSandbox ends the process and waits for its end; a sandbox that is gone was stopped before.
func (s *server) StopPodSandbox(_ context.Context, r *runtime.StopPodSandboxRequest) (*runtime.StopPodSandboxResponse, error) {
	for _, p := range s.pods() {
		if id("sandbox", p) != r.PodSandboxId {
			continue
		}
		signal := syscall.SIGTERM
		for deadline := time.Now().Add(10 * time.Second); syscall.Kill(p.pid, signal) == nil; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				signal = syscall.SIGKILL
			}
		}
	}
	return &runtime.StopPodSandboxResponse{}, nil
}

func (s *server) RemovePodSandbox(ctx context.Context, r *runtime.RemovePodSandboxRequest) (*runtime.RemovePodSandboxResponse, error) {
	_, err := s.StopPodSandbox(ctx, &runtime.StopPodSandboxRequest{PodSandboxId: r.PodSandboxId})
	return &runtime.RemovePodSandboxResponse{}, err
}

func main() {
	s := &server{}
	socket := flag.String("socket", "", "where to listen")
	flag.StringVar(&s.pids, "pids", "", "folder with a file NAME.pid for each process")
	flag.StringVar(&s.manifests, "manifests", "", "folder of the static Pods' manifests")
	flag.StringVar(&s.node, "node", "", "name of the node")
	flag.Parse()
	listener, err := net.Listen("unix", *socket)
	if err != nil {
		log.Fatal("runtime: ", err)
	}
	service := grpc.NewServer()
	runtime.RegisterRuntimeServiceServer(service, s)
	runtime.RegisterImageServiceServer(service, s)
	log.Fatal("runtime: ", service.Serve(listener))
}
